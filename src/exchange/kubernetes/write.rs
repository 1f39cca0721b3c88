//! Writes a Secret for each profile, as YAML for `kubectl apply -f`.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::domain::secret::Secret;
use crate::exchange::rows::{Rows, Unwritable};
use crate::exchange::tree;
use crate::exchange::variables::{self, Suffixes};
use crate::exchange::writing::{Style, shown, slug};

/// The longest a name may be that is a label of DNS.
const NAME_MAX: usize = 63;

/// Writes it. Each Secret has the plain names of variables, since it has a name of its own.
///
/// # Errors
/// Two profiles whose names become the same.
pub(in crate::exchange) fn write(rows: &Rows, style: &Style) -> Result<Secret, Unwritable> {
    let mut out = String::from("# base64 hides nothing: whoever reads this has the values.\n");
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
            "---\napiVersion: v1\nkind: Secret\nmetadata:\n  name: {}\ntype: Opaque\ndata:\n",
            tree::quoted(&name)
        );
        for variable in &group.variables {
            let _ = writeln!(out, "  {}: \"{}\"", variable.name, STANDARD.encode(variable.value.as_bytes()));
        }
    }
    Ok(Secret::new(out))
}
