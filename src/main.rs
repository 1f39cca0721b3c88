//! The program: harden the process, then do what the command line says.

use std::process::ExitCode;

/// Wipes every block of memory as it is freed, so that copies of secrets inside libraries die as well.
#[global_allocator]
static WIPING: zeroizing_alloc::ZeroAlloc<std::alloc::System> =
    zeroizing_alloc::ZeroAlloc(std::alloc::System);

fn main() -> ExitCode {
    birdkeep::host::hardening::harden();
    birdkeep::host::hardening::allocator_wipes();
    birdkeep::cli::main()
}
