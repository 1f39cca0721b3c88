//! A Secret of Kubernetes for each profile, as YAML for `kubectl apply -f`.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::rows::{Rows, Unwritable};
use super::tree;
use super::variables::{self, Suffixes};
use super::writing::{Style, shown, slug};
use crate::domain::secret::Secret;

/// The longest a name may be that is a label of DNS.
const NAME_MAX: usize = 63;

/// Writes it. Each Secret has the plain names of variables, since it has a name of its own.
///
/// # Errors
/// Two profiles whose names become the same.
pub(super) fn write(rows: &Rows, style: &Style) -> Result<Secret, Unwritable> {
    let mut out = String::new();
    let mut taken: BTreeMap<String, String> = BTreeMap::new();
    for group in variables::groups(rows, style, Suffixes::Never)? {
        let mut name = slug(group.called);
        name.truncate(NAME_MAX);
        let name = name.trim_end_matches('-').to_owned();
        if let Some(other) = taken.insert(name.clone(), shown(group.called)) {
            return Err(Unwritable::Twice(other, shown(group.called)));
        }
        // Writing to a String cannot fail.
        let _ = write!(
            out,
            "---\napiVersion: v1\nkind: Secret\nmetadata:\n  name: {}\ntype: Opaque\nstringData:\n",
            tree::quoted(&name)
        );
        for variable in &group.variables {
            let _ = writeln!(out, "  {}: {}", variable.name, tree::quoted(&variable.value));
        }
    }
    Ok(Secret::new(out))
}
