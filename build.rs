//! Tells cargo what else the crate is built from.

fn main() {
    // The migrations are embedded; without this a new one would not be noticed.
    println!("cargo:rerun-if-changed=migrations");
}
