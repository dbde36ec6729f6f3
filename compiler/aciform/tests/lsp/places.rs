//! What is answered about a place while the line it stands on is not finished.

use serde_json::{Value, json};

use crate::client::{Client, lab, places};

const WORDS: &str = "apic_name_mapping = use_name";

#[test]
fn headers_and_options_are_offered_in_a_broken_ini() {
    let (_folder, site) = lab();
    let mut client = Client::start(&json!({}));
    let intent = client.open_file(&site.join("intent/fabric.yaml"));
    let ini = client.open_file(&site.join("ml2_conf_cisco_apic.ini"));
    // A network of the intent that has no section yet, and half a header for it.
    client.edit(&intent, "external_networks:\n", "external_networks:\n  Backup-Ö: {}\n");
    let end = "host_pool_cidr = 172.16.10.1/24\n";
    client.edit(&ini, end, &format!("{end}\n[apic_ex"));
    let offered = client.completed(&ini, "/24\n\n[apic_ex", "");
    assert_eq!(offered["apic_external_network:Backup-Ö"], "[apic_external_network:Backup-Ö]");
    assert_eq!(offered["apic_external_network:"], "[apic_external_network:");
    assert_eq!(offered["OPFLEX"], "[OPFLEX]");
    assert!(
        !offered.contains_key("ml2_cisco_apic") && !offered.contains_key("apic_external_network:OS_L3Out"),
        "{offered:?}"
    );
    // Behind a header that is not closed, its section begins all the same.
    client.edit(&ini, "/24\n\n[apic_ex", "/24\n\n[apic_external_network:Backup\npreexisting = true\nho");
    let offered = client.completed(&ini, "= true\nho", "");
    assert_eq!(offered["host_pool_cidr"], "host_pool_cidr =");
    assert!(!offered.contains_key("preexisting") && !offered.contains_key("apic_hosts"), "{offered:?}");
    client.edit(&ini, "preexisting = true\nho", "preexisting = t");
    let offered = client.completed(&ini, "preexisting = t", "");
    assert_eq!(offered.keys().collect::<Vec<_>>(), ["false", "true"]);
    assert_eq!(offered["false"], "preexisting = false");
    // An option among others, and one whose line is finished.
    client.edit(&ini, WORDS, "apic_name_m");
    let offered = client.completed(&ini, "apic_name_m", "");
    assert_eq!(offered["apic_name_mapping"], "apic_name_mapping =");
    assert!(!offered.contains_key("apic_hosts"), "{offered:?}");
    client.edit(&ini, "apic_name_m", "apic_name_mapping=");
    assert_eq!(client.completed(&ini, "apic_name_mapping=", "")["use_uuid"], "apic_name_mapping=use_uuid");
    assert_eq!(client.completed(&ini, "apic_use_s", "sl = True")["scope_names"], "scope_names = True");
    // Secrets are not completed, comments neither.
    assert!(client.completed(&ini, "apic_password = ", "lab").is_empty());
    assert!(client.completed(&ini, "# Small", " lab").is_empty());
    assert_eq!(client.end(), 0);
}

#[test]
fn an_option_is_explained_with_the_value_in_force() {
    let (_folder, site) = lab();
    let mut client = Client::start(&json!({}));
    let ini = client.open_file(&site.join("ml2_conf_cisco_apic.ini"));
    let text = client.hovered(&ini, "apic_name_", "mapping");
    for part in [
        "`use_uuid` or `use_name`",
        "string",
        "default: `use_uuid`",
        "ML2 generation",
        "in force: `use_name` (ml2_conf_cisco_apic.ini:11:1)",
    ] {
        assert!(text.contains(part), "`{part}` in {text}");
    }
    let text = client.hovered(&ini, "apic_pass", "word");
    assert!(text.contains("in force: `***`") && !text.contains("lab-only-41"), "{text}");
    // The finding that lies there is introduced too.
    client.codes(&ini);
    let text = client.hovered(&ini, "apic_password = lab-o", "nly-41");
    assert!(text.contains("**ACI701 plain-secret**") && !text.contains("lab-only-41"), "{text}");
    assert!(client.hovered(&ini, "host_pool", "_cidr").contains("in force: `172.16.10.1/24`"));
    assert!(client.hovered(&ini, "[apic_external_", "network:").contains("leads out of the fabric"));
    assert!(client.hovered(&ini, "[DEF", "AULT]").contains("Neutron itself"));
    assert_eq!(client.hovered(&ini, "# Small", " lab"), "");
    // A value that takes a secret up by reference is one.
    client.edit(
        &ini,
        WORDS,
        "apic_domain_name = $apic_password\n# aciform: allow ACI701 why\napic_name_mapping = 'use_",
    );
    let text = client.hovered(&ini, "apic_domain_", "name");
    assert!(text.contains("in force: `***`"), "{text}");
    let text = client.hovered(&ini, "allow ACI7", "01 why");
    assert!(text.starts_with("**ACI701 plain-secret** (warning)") && text.contains("Not allowed:"), "{text}");
    assert_eq!(client.end(), 0);
}

#[test]
fn the_intent_is_completed_and_explained_while_it_is_broken() {
    let (_folder, site) = lab();
    let mut client = Client::start(&json!({}));
    let intent = client.open_file(&site.join("intent/NewWebApps.yaml"));
    // Half a mapping above, an unterminated quote below.
    client.edit(&intent, "external_gateway: {network: OS_L3Out}", "external_gateway: {network: O");
    client.edit(&intent, "mac_address: \"fa:16:3e:10:00:14\"", "mac_address: \"fa:16:3e");
    assert!(!client.codes(&intent).is_empty());
    assert_eq!(client.completed(&intent, "{network: O", "")["OS_L3Out"], "external_gateway: {network: OS_L3Out");
    client.edit(&intent, "{network: O", "{network: OS_L3Out, en");
    assert_eq!(
        client.completed(&intent, "OS_L3Out, en", "")["enable_snat"],
        "external_gateway: {network: OS_L3Out, enable_snat:"
    );
    client.edit(&intent, "        host: centos-01\n", "        host: \n        po\n");
    let offered = client.completed(&intent, "        host: ", "\n");
    assert_eq!(offered.keys().collect::<Vec<_>>(), ["centos-01", "centos-02"]);
    assert!(client.completed(&intent, "        po", "\n").contains_key("name"));
    let offered = client.completed(&intent, "security_groups: [AllowPublicAccess", "]");
    assert_eq!(offered["MyWebservers"], "security_groups: [MyWebservers]");
    assert!(client.hovered(&intent, "        interf", "aces").contains("What it joins"));
    let text = client.hovered(&intent, "external_gat", "eway");
    assert!(text.contains("Its way out."), "{text}");
    let site_file = client.open_file(&site.join("aciform.yaml"));
    client.edit(&site_file, "golden:", "allow:\n  - {code: ACI7\ngolden:");
    assert_eq!(client.completed(&site_file, "{code: ACI7", "")["ACI701"], "- {code: ACI701");
    assert!(client.hovered(&site_file, "gol", "den:").contains("reviewed bundle"));
    assert_eq!(client.end(), 0);
}

#[test]
fn names_lead_to_where_they_are_declared_and_back() {
    let (_folder, site) = lab();
    let mut client = Client::start(&json!({}));
    let intent = client.open_file(&site.join("intent/NewWebApps.yaml"));
    let fabric = client.open_file(&site.join("intent/fabric.yaml"));
    let ini = client.open_file(&site.join("ml2_conf_cisco_apic.ini"));
    client.codes(&ini);
    let line = |client: &Client, uri: &str, text: &str| {
        let name = uri.rsplit('/').next().expect("a name").to_owned();
        let at = client.texts[uri].1.lines().position(|line| line.contains(text)).expect("it is there") + 1;
        format!("{name}:{at}")
    };
    let header = line(&client, &ini, "[apic_external_network:OS_L3Out]");
    let declared = line(&client, &fabric, "  OS_L3Out:");
    assert_eq!(client.defined(&ini, "[apic_external_network:OS_", "L3Out]"), [declared.as_str()]);
    assert_eq!(client.defined(&fabric, "  OS_L", "3Out:"), [header.as_str()]);
    assert_eq!(client.defined(&intent, "{network: OS_", "L3Out}"), [declared.as_str()]);
    assert_eq!(client.defined(&intent, "interfaces: [My", "WebApp, "), [line(&client, &intent, "      MyWebApp:")]);
    assert_eq!(client.defined(&intent, "port: test-instance", "/eth0"), [line(&client, &intent, "          eth0:")]);
    assert_eq!(client.defined(&intent, "          centos-", "01:"), [line(&client, &fabric, "  centos-01:")]);
    assert_eq!(client.defined(&intent, "        host: centos-", "01\n"), [line(&client, &fabric, "  centos-01:")]);
    let site_file = client.open_file(&site.join("aciform.yaml"));
    client.edit(&site_file, "aciform: 1\n", "aciform: 1\ngrowth: {floating_ips: {OS_L3Out: 40}}\n");
    assert_eq!(client.defined(&site_file, "{OS_L", "3Out: 40"), [declared.as_str()]);
    assert_eq!(client.defined(&site_file, "OS_L3Out: 4", "0"), Vec::<String>::new());
    // Half of the file is broken: the rest leads on.
    client.edit(&intent, "      MyWebData:", "      MyWebData: {id: \"");
    assert_eq!(client.defined(&intent, "        host: centos-", "01\n"), [line(&client, &fabric, "  centos-01:")]);
    client.edit(&intent, "      MyWebData: {id: \"", "      MyWebData:");
    // Everything that names the external network: the router, the floating IP, the header, the declaration.
    let mut params = client.at(&intent, "{network: OS_", "L3Out}");
    params["context"] = json!({"includeDeclaration": true});
    let mut found = places(&client.ask("textDocument/references", params));
    found.sort();
    let mut expected = vec![
        header,
        declared,
        line(&client, &intent, "{network: OS_L3Out}"),
        line(&client, &intent, "        network: OS_L3Out"),
    ];
    expected.sort();
    assert_eq!(found, expected);
    assert_eq!(client.defined(&intent, "fixed_ips: [10.100.100.1", "7]"), Vec::<String>::new());
    assert_eq!(client.end(), 0);
}

#[test]
fn the_outline_names_sections_and_objects_and_no_secret() {
    let (_folder, site) = lab();
    let mut client = Client::start(&json!({}));
    let ini = client.open_file(&site.join("ml2_conf_cisco_apic.ini"));
    let intent = client.open_file(&site.join("intent/NewWebApps.yaml"));
    client.edit(&ini, "[apic_external_network:OS_L3Out]", "[apic_external_network:OS_L3");
    let symbols = client.ask("textDocument/documentSymbol", json!({"textDocument": {"uri": ini}}));
    let names = |symbols: &Value| -> Vec<String> {
        symbols.as_array().expect("a list").iter().map(|one| one["name"].as_str().expect("a name").to_owned()).collect()
    };
    assert_eq!(names(&symbols), ["DEFAULT", "ml2_cisco_apic", "apic_external_network:OS_L3"]);
    assert!(names(&symbols[1]["children"]).contains(&"apic_password".to_owned()));
    assert!(!symbols.to_string().contains("lab-only-41"));
    let symbols = client.ask("textDocument/documentSymbol", json!({"textDocument": {"uri": intent}}));
    assert_eq!(names(&symbols), ["projects"]);
    let project = &symbols[0]["children"][0];
    assert_eq!(project["name"], "NewWebApps");
    assert_eq!(names(&project["children"]), ["networks", "routers", "security_groups", "instances", "floating_ips"]);
    assert_eq!(names(&project["children"][0]["children"]), ["MyWebApp", "MyWebData"]);
    assert_eq!(client.end(), 0);
}
