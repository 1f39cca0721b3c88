//! Secrets in memory: who could read them, and where they could be written down.

use super::{Examination, Level, Said, Topic};
use crate::domain::text::visible_within;
use crate::host::probe::memory::{Memory, Swap, SwapKind};

/// The rows.
pub(super) static TOPIC: Topic<Memory> = Topic {
    word: "memory",
    label: "Secrets in memory",
    facts: |facts| &facts.memory,
    rows: &[
        Examination { name: "wiping", doc: "whether this build wipes memory as it is freed", look: wiping },
        Examination { name: "core-dumps", doc: "whether a crash could write secrets down", look: core_dumps },
        Examination { name: "other-processes", doc: "who may look into this process", look: other_processes },
        Examination { name: "swap", doc: "whether memory can end up on a disk in the clear", look: swap },
        Examination {
            name: "hibernation",
            doc: "whether all memory can be written to a disk",
            look: hibernation,
        },
    ],
};

fn wiping(memory: &Memory) -> Vec<Said> {
    vec![if memory.wipes {
        Said::ok("memory is wiped as it is freed")
    } else {
        Said::trouble("memory is not wiped as it is freed")
            .because("this build lacks the allocator that does it, so copies of secrets outlive the lock")
            .try_this("use a birdkeep that was built from its own sources")
    }]
}

fn core_dumps(memory: &Memory) -> Vec<Said> {
    let goes_to = memory.core_pattern.as_ref().map(|pattern| match pattern.strip_prefix('|') {
        Some(program) => {
            let program = program.split_whitespace().next().unwrap_or_default();
            format!("dumps of this machine are handed to {}", visible_within(program, 80))
        }
        None => "dumps of this machine become files".to_owned(),
    });
    vec![match (memory.dumpable, memory.core_limit) {
        (Some(false), _) => Said::ok("the system writes no core dump of birdkeep"),
        (None, Some(0)) => Said::ok("the limit on core dumps is 0"),
        // A limit of 0 does not hold for a program that dumps are handed to.
        (Some(true), Some(0)) => {
            Said::warning("only a limit keeps the system from writing a core dump of birdkeep")
                .because(
                    goes_to.unwrap_or_else(|| "the system did not let it be marked as private".to_owned()),
                )
                .try_this("look at what starts birdkeep: a debugger, a sandbox")
        }
        (_, limit) => Said::new(
            if limit.is_none() { Level::Note } else { Level::Trouble },
            "a crash could write a core dump of birdkeep, with secrets in it",
        )
        .because(goes_to.unwrap_or_else(|| "the limit on core dumps is not 0".to_owned()))
        .try_this("ulimit -c 0 before birdkeep is started"),
    }]
}

fn other_processes(memory: &Memory) -> Vec<Said> {
    let rule = match memory.ptrace_scope {
        Some(0) => "; the machine as a whole allows it for programs of one user (ptrace_scope 0)",
        Some(_) => "; nor does the machine as a whole allow it (ptrace_scope)",
        None => "",
    };
    vec![match (memory.dumpable, memory.ptrace_scope) {
        (Some(false), _) => Said::ok(format!("other programs of yours cannot look into birdkeep{rule}")),
        (Some(true), Some(0) | None) => Said::trouble("other programs of yours can look into birdkeep")
            .because("the system did not let it be marked as private, and nothing else forbids it")
            .try_this("look at what starts birdkeep: a debugger, a sandbox"),
        (Some(true), Some(_)) => {
            Said::warning("only the machine’s own rule keeps others from looking into birdkeep")
                .because("the system did not let it be marked as private")
                .try_this("look at what starts birdkeep: a debugger, a sandbox")
        }
        (None, _) => Said::note("who may look into birdkeep cannot be told on this system"),
    }]
}

fn swap(memory: &Memory) -> Vec<Said> {
    let Some(swaps) = &memory.swaps else {
        return vec![Said::note("whether memory is swapped cannot be told here")];
    };
    let names = |kind: SwapKind| {
        let of_kind = swaps.iter().filter(|swap| swap.kind == kind);
        of_kind.map(|swap: &Swap| visible_within(&swap.path, 80)).collect::<Vec<_>>().join(", ")
    };
    let (plain, unknown) = (names(SwapKind::Plain), names(SwapKind::Unknown));
    if !plain.is_empty() {
        let said =
            Said::warning(format!("memory is swapped to a disk that is not encrypted, as it seems: {plain}"));
        let said = said.because("secrets of an open vault can end up there and stay");
        return vec![said.try_this("encrypt it (cryptswap), use zram, or swapoff -a")];
    }
    if !unknown.is_empty() {
        let said = Said::note(format!("whether swap is encrypted cannot be told: {unknown}"));
        let said = said.because("secrets of an open vault can end up there");
        return vec![said.try_this("look at the disk it lies on: lsblk -f")];
    }
    vec![Said::ok(match swaps.as_slice() {
        [] => "no swap is in use",
        [..] => "swap stays in memory or is encrypted",
    })]
}

fn hibernation(memory: &Memory) -> Vec<Said> {
    let clear = memory.swaps.as_ref().is_none_or(|swaps| {
        swaps.iter().any(|swap| matches!(swap.kind, SwapKind::Plain | SwapKind::Unknown))
    });
    match memory.hibernates {
        Some(true) if clear => vec![
            Said::note("this machine can hibernate")
                .because("that writes all of its memory to the disk; whether it is encrypted is not certain")
                .try_this("lock or quit birdkeep before the machine hibernates"),
        ],
        Some(true) => vec![Said::ok("this machine can hibernate, to encrypted swap")],
        Some(false) => vec![Said::ok("this machine does not hibernate")],
        None => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::one;
    use super::*;

    fn hardened() -> Memory {
        Memory {
            wipes: true,
            dumpable: Some(false),
            core_limit: Some(0),
            swaps: Some(vec![]),
            ..Memory::default()
        }
    }

    fn swapping(kinds: &[SwapKind]) -> Memory {
        let swap = |kind: &SwapKind| Swap { path: format!("/dev/{kind:?}"), kind: *kind };
        Memory { swaps: Some(kinds.iter().map(swap).collect()), ..hardened() }
    }

    #[test]
    fn a_hardened_process_is_fine_and_the_rest_is_told() {
        use SwapKind::{Encrypted, InMemory, Plain, Unknown};
        let rows: &[(&str, Memory, Level, &str)] = &[
            ("wiping", hardened(), Level::Ok, "wiped"),
            ("wiping", Memory { wipes: false, ..hardened() }, Level::Trouble, "outlive"),
            ("core-dumps", hardened(), Level::Ok, "no core dump"),
            ("core-dumps", Memory { dumpable: None, ..hardened() }, Level::Ok, "limit"),
            (
                "core-dumps",
                Memory {
                    dumpable: Some(true),
                    core_pattern: Some("|/usr/lib/made-up %P".into()),
                    ..hardened()
                },
                Level::Warning,
                "handed to /usr/lib/made-up",
            ),
            (
                "core-dumps",
                Memory { dumpable: Some(true), core_limit: Some(u64::MAX), ..hardened() },
                Level::Trouble,
                "ulimit",
            ),
            (
                "core-dumps",
                Memory { dumpable: None, core_limit: Some(1), ..hardened() },
                Level::Trouble,
                "ulimit",
            ),
            ("core-dumps", Memory { dumpable: None, core_limit: None, ..hardened() }, Level::Note, "ulimit"),
            ("other-processes", Memory { ptrace_scope: Some(0), ..hardened() }, Level::Ok, "ptrace_scope 0"),
            ("other-processes", Memory { dumpable: Some(true), ..hardened() }, Level::Trouble, "look into"),
            (
                "other-processes",
                Memory { dumpable: Some(true), ptrace_scope: Some(1), ..hardened() },
                Level::Warning,
                "only the machine",
            ),
            ("other-processes", Memory { dumpable: None, ..hardened() }, Level::Note, "cannot be told"),
            ("swap", hardened(), Level::Ok, "no swap"),
            ("swap", Memory { swaps: None, ..hardened() }, Level::Note, "cannot be told"),
            ("swap", swapping(&[InMemory, Encrypted]), Level::Ok, "encrypted"),
            ("swap", swapping(&[Encrypted, Plain]), Level::Warning, "/dev/Plain"),
            ("swap", swapping(&[Unknown]), Level::Note, "/dev/Unknown"),
            ("hibernation", Memory { hibernates: Some(false), ..hardened() }, Level::Ok, "not hibernate"),
            ("hibernation", Memory { hibernates: Some(true), ..hardened() }, Level::Ok, "encrypted"),
            (
                "hibernation",
                Memory { hibernates: Some(true), ..swapping(&[Plain]) },
                Level::Note,
                "lock or quit",
            ),
        ];
        for (name, memory, level, words) in rows {
            let (found, text) = one(&TOPIC, name, memory);
            assert!(found == *level && text.contains(words), "{name} {found:?}: {text}");
        }
    }
}
