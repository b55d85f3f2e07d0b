//! `--no-env`: a run that has nothing from the shell that started it.

use std::env;
use std::ffi::OsStr;

/// What stays: where the user's own folders are, how the terminal draws, and what a system can't do without. None of these says
/// what is sent, where to, or whom to trust.
const KEPT: [&str; 22] = [
    "APPDATA",
    "CLICOLOR",
    "CLICOLOR_FORCE",
    "COLORTERM",
    "HOME",
    "LANG",
    "LC_ALL",
    "LC_CTYPE",
    "LOCALAPPDATA",
    "NO_COLOR",
    "PATH",
    "PATHEXT",
    "SYSTEMDRIVE",
    "SYSTEMROOT",
    "TEMP",
    "TERM",
    "TMP",
    "TMPDIR",
    "USERPROFILE",
    "XDG_CACHE_HOME",
    "XDG_RUNTIME_DIR",
    "XDG_STATE_HOME",
];

fn is_kept(name: &OsStr) -> bool {
    KEPT.iter().any(|kept| name.eq_ignore_ascii_case(kept))
}

/// Takes everything else out of this process's environment, so that no library of ours finds it there either: the variables of
/// proxies, and those that name the machine's certificates. To be called before the first thread is started.
pub fn begin() {
    for (name, _) in env::vars_os().filter(|(name, _)| !is_kept(name)) {
        #[allow(unsafe_code)]
        // SAFETY: only threads that read the environment meanwhile could see it half changed, and there is no other thread yet.
        unsafe {
            env::remove_var(name);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_a_run_heeds_is_kept() {
        for name in
            ["SOAR_CACHE", "SOAR_LOG", "HTTPS_PROXY", "http_proxy", "NO_PROXY", "SSL_CERT_FILE", "HOMEX", "CHAT_URL"]
        {
            assert!(!is_kept(OsStr::new(name)), "{name}");
        }
        assert!(is_kept(OsStr::new("HOME")) && is_kept(OsStr::new("SystemRoot")));
        assert!(KEPT.is_sorted());
    }
}
