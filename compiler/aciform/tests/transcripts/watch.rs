//! `aciform watch`: what a person reads from save to save.

use std::fs;
use std::io::{BufRead as _, BufReader, Read};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use super::kit::{Lab, aciform, tree};

/// A running watch; ends with the test.
struct Watch {
    child: Child,
    results: Receiver<String>,
    messages: Receiver<String>,
}

impl Watch {
    /// Starts, and waits for the first compile.
    fn start(lab: &Lab) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_aciform"))
            .args(["watch", "site", "--message-format", "short"])
            .current_dir(lab.path())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program runs");
        let results = lines(child.stdout.take().expect("a pipe"));
        let messages = lines(child.stderr.take().expect("a pipe"));
        let watch = Self { child, results, messages };
        assert_eq!(until(&watch.messages, "watching ").lines().count(), 1);
        watch
    }

    /// What a save is answered with.
    fn answer(&self) -> String {
        until(&self.results, "(")
    }
}

/// The lines of a stream as they come.
fn lines(stream: impl Read + Send + 'static) -> Receiver<String> {
    let (send, lines) = channel();
    std::thread::spawn(move || {
        for line in BufReader::new(stream).lines().map_while(Result::ok) {
            let _ = send.send(line);
        }
    });
    lines
}

/// Everything up to the line that begins so, with it.
fn until(lines: &Receiver<String>, start: &str) -> String {
    let mut said = String::new();
    loop {
        let line = lines.recv_timeout(Duration::from_secs(30));
        let line = line.unwrap_or_else(|_| panic!("no line begins with `{start}`, only:\n{said}"));
        said.push_str(&line);
        said.push('\n');
        if line.starts_with(start) {
            return said;
        }
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Saves as an editor does: a new file in the place of the old one.
fn save(place: &Path, text: &str) {
    let beside = place.with_extension("swp");
    fs::write(&beside, text).expect("a file");
    fs::rename(beside, place).expect("it moves");
}

#[test]
fn each_save_is_answered_with_what_it_changes() {
    let lab = Lab::new();
    let bundle = tree(&lab.place("out"));
    let watch = Watch::start(&lab);
    let project = lab.place("site/intent/NewWebApps.yaml");
    let before = fs::read_to_string(&project).expect("the intent");
    fs::write(&project, before.replace("{protocol: tcp, port: 80}", "{protocol: tcp, port: 8080}")).expect("a file");
    let said = watch.answer();
    assert!(
        said.starts_with("site/intent/NewWebApps.yaml: 4 artifacts differ: 0 added, 4 changed, 0 removed\n"),
        "{said}"
    );
    assert!(said.contains("hosts/centos-02/iptables.v4: +1 -1\n"), "{said}");
    assert!(said.contains("\n+ -A neutron-opflex-a-i43591b4f-8 -p tcp -m tcp --dport 8080 -j RETURN\n"), "{said}");
    assert!(said.contains(" ms, 3 of 15 parts)"), "{said}");
    // A mistake is told, and what comes next is compared with what there was before it.
    save(&project, &before.replace("port: 80}", "port: 80808}"));
    until(&watch.results, "site/intent/NewWebApps.yaml: errors, nothing compiled");
    until(&watch.messages, "site/intent/NewWebApps.yaml:35:35: error[ACI1452]");
    save(&project, &before);
    let said = watch.answer();
    assert!(said.contains("\n- -A neutron-opflex-a-i43591b4f-8 -p tcp -m tcp --dport 8080 -j RETURN\n"), "{said}");
    until(&watch.results, "");
    // A file that comes, and goes.
    let more = lab.place("site/intent/more/more.yaml");
    fs::create_dir(more.parent().expect("a folder")).expect("a folder");
    fs::write(&more, "projects: {more: {networks: {n: {}}}}\n").expect("a file");
    let said = watch.answer();
    assert!(said.contains("site/intent/more/more.yaml: 2 artifacts differ: 1 added, 1 changed"), "{said}");
    fs::remove_file(&more).expect("it goes");
    let said = watch.answer();
    assert!(said.contains("apic/40-tn-_RDO-ML2_more.json: +0 -8 (gone)"), "{said}");
    // Nothing was written meanwhile.
    assert!(tree(&lab.place("out")) == bundle);
    assert!(!lab.place("site/bundle").exists());
}

#[test]
fn what_is_wrong_with_the_lock_is_told_as_long_as_it_stands_there() {
    let lab = Lab::new();
    let lock = lab.read("site/aciform.lock");
    let watch = Watch::start(&lab);
    save(&lab.place("site/aciform.lock"), &format!("{lock}junk\n"));
    until(&watch.results, "site/aciform.lock: errors, nothing compiled");
    let project = lab.place("site/intent/NewWebApps.yaml");
    let before = fs::read_to_string(&project).expect("the intent");
    for number in 0..3 {
        save(&project, &format!("{before}# {number}\n"));
        until(&watch.results, "site/intent/NewWebApps.yaml: errors, nothing compiled");
        until(&watch.messages, "site/aciform.lock:");
    }
    save(&lab.place("site/aciform.lock"), &lock);
    until(&watch.results, "site/aciform.lock: no differences");
}

#[test]
fn a_link_that_leads_nowhere_is_told_though_no_file_is_another() {
    let lab = Lab::new();
    let watch = Watch::start(&lab);
    std::os::unix::fs::symlink("nowhere", lab.place("site/intent/dangling.yaml")).expect("a link");
    until(&watch.messages, "site/aciform.yaml:5:10: error[ACI1082]: `site/intent/dangling.yaml`");
}

#[test]
fn a_folder_that_goes_and_comes_at_once_is_looked_at_anew() {
    let lab = Lab::new();
    let watch = Watch::start(&lab);
    let (intent, away) = (lab.place("site/intent"), lab.place("away"));
    let project = intent.join("NewWebApps.yaml");
    let before = fs::read_to_string(&project).expect("the intent");
    let other = |port: u32| before.replace("{protocol: tcp, port: 80}", &format!("{{protocol: tcp, port: {port}}}"));
    for number in 0..6 {
        match number % 3 {
            0 => {
                fs::rename(&intent, &away).expect("it goes");
                fs::rename(&away, &intent).expect("it comes");
            }
            1 => {
                tree_copied(&intent, &away);
                fs::remove_dir_all(&intent).expect("it goes");
                fs::rename(&away, &intent).expect("another one comes");
            }
            _ => {
                tree_copied(&intent, &away);
                fs::remove_dir_all(&intent).expect("it goes");
                tree_copied(&away, &intent);
                fs::remove_dir_all(&away).expect("it goes");
            }
        }
        // A save that comes before the folder is looked at is seen when it is read, one behind that is told by the system.
        std::thread::sleep(Duration::from_millis(600 * u64::from(number % 2)));
        fs::write(&project, other(1000 + number)).expect("a file");
        let said = until(
            &watch.results,
            &format!("+ -A neutron-opflex-a-i43591b4f-8 -p tcp -m tcp --dport {}", 1000 + number),
        );
        assert!(said.contains("artifacts differ"), "{said}");
    }
}

fn tree_copied(from: &Path, to: &Path) {
    fs::create_dir(to).expect("a folder");
    for entry in fs::read_dir(from).expect("a folder") {
        let place = entry.expect("a file").path();
        fs::copy(&place, to.join(place.file_name().expect("a name"))).expect("a copy");
    }
}

#[test]
fn a_folder_that_is_no_site_is_not_watched() {
    let lab = Lab::new();
    let run = aciform(lab.path(), &["watch", "out", "--message-format", "short"]);
    assert_eq!((run.code, run.stdout.as_str()), (2, ""));
    assert!(run.stderr.contains("error[ACI1081]"), "{}", run.stderr);
}
