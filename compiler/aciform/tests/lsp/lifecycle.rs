//! How a conversation begins and ends, and what it survives.

use serde_json::{Value, json};

use crate::client::{Client, lab};

#[test]
fn it_ends_with_0_after_shutdown_and_with_1_without() {
    assert_eq!(Client::start(&json!({})).end(), 0);
    let mut client = Client::start(&json!({}));
    client.tell("exit", Value::Null);
    assert_eq!(client.code(), 1);
    assert_eq!(Client::silent().hang_up(), 1);
    let mut client = Client::silent();
    client.tell("exit", Value::Null);
    assert_eq!(client.code(), 1);
}

#[test]
fn what_is_said_out_of_turn_is_refused() {
    let mut client = Client::silent();
    assert_eq!(client.ask_whole("textDocument/hover", json!({}))["error"]["code"], -32002);
    client.tell("textDocument/didOpen", json!({"textDocument": 7}));
    let answer = client.ask("initialize", json!({"capabilities": {}}));
    assert_eq!(answer["capabilities"]["positionEncoding"], "utf-16");
    assert_eq!(client.ask_whole("initialize", json!({"capabilities": {}}))["error"]["code"], -32600);
    assert_eq!(client.ask_whole("workspace/nonsense", Value::Null)["error"]["code"], -32601);
    assert_eq!(client.ask_whole("textDocument/hover", json!({"textDocument": 7}))["error"]["code"], -32602);
    assert_eq!(client.ask("shutdown", Value::Null), Value::Null);
    assert_eq!(client.ask_whole("textDocument/hover", json!({}))["error"]["code"], -32600);
    client.tell("exit", Value::Null);
    assert_eq!(client.code(), 0);
}

#[test]
fn what_is_no_message_is_said_to_be_none_and_the_talk_goes_on() {
    let mut client = Client::start(&json!({}));
    for (raw, code) in [
        (&b"Content-Length: 1\r\n\r\n{"[..], -32700),
        (b"Content-Length: 2\r\nContent-Type: x\r\n\r\n[]", -32600),
        (b"nonsense\r\n\r\nContent-Length: 4\r\n\r\n\xff\xff\xff\xff", -32700),
    ] {
        client.raw(raw);
        let answer = client.next();
        assert_eq!((&answer["id"], &answer["error"]["code"]), (&Value::Null, &json!(code)));
    }
    // Half a message, and the end.
    client.raw(b"Content-Length: 1000\r\n\r\n{\"jsonrpc\"");
    assert_eq!(client.hang_up(), 1);
}

#[test]
fn files_that_are_not_open_or_no_files_are_answered_with_nothing() {
    let mut client = Client::start(&json!({}));
    let uris =
        ["untitled:Untitled-1", "git:/x.ini?y", "file:///not/there.ini", "file://host/x.ini", "file:///ö [x].yaml"];
    for uri in uris {
        let item = json!({"uri": uri, "languageId": "ini", "version": 1, "text": "[ml2_cisco_apic]\napic_host"});
        if uri.starts_with("untitled") || uri.starts_with("git") {
            client.tell("textDocument/didOpen", json!({"textDocument": item}));
        }
        let file = json!({"uri": uri, "version": 2});
        client.tell("textDocument/didChange", json!({"textDocument": file, "contentChanges": [{"text": "x"}]}));
        for method in ["hover", "completion", "definition", "references", "documentSymbol", "codeAction"] {
            let at = json!({"line": 9, "character": 9});
            let params = json!({
                "textDocument": {"uri": uri},
                "position": at,
                "range": {"start": at, "end": at},
                "context": {"diagnostics": [], "includeDeclaration": true},
            });
            assert_eq!(client.ask(&format!("textDocument/{method}"), params), Value::Null, "{method} {uri}");
        }
        client.tell("textDocument/didSave", json!({"textDocument": {"uri": uri}}));
        client.tell("textDocument/didClose", json!({"textDocument": {"uri": uri}}));
    }
    for uri in ["::", "1:"] {
        let params = json!({"textDocument": {"uri": uri}, "position": {"line": 0, "character": 0}});
        assert_eq!(client.ask_whole("textDocument/hover", params)["error"]["code"], -32602, "{uri}");
    }
    assert_eq!(client.end(), 0);
}

#[test]
fn a_request_that_is_cancelled_is_answered_so() {
    let (_folder, site) = lab();
    let mut client = Client::start(&json!({}));
    let uri = client.open_file(&site.join("ml2_conf_cisco_apic.ini"));
    // Findings are asked for before there are any; the request waits, and both may arrive in either order.
    let at = json!({"line": 0, "character": 0});
    let params = json!({
        "textDocument": {"uri": uri}, "range": {"start": at, "end": at}, "context": {"diagnostics": []},
    });
    let number = client.request("textDocument/codeAction", params);
    client.tell("$/cancelRequest", json!({"id": number}));
    client.tell("$/cancelRequest", json!({"id": 99_999}));
    let answer = client.answer(number);
    assert!(answer["error"]["code"] == -32800 || answer["result"] == json!([]), "{answer}");
    assert_eq!(client.end(), 0);
}

#[test]
fn files_outside_of_the_editor_are_watched_where_the_client_can() {
    let (_folder, site) = lab();
    let mut client = Client::start(&json!({"workspace": {"didChangeWatchedFiles": {"dynamicRegistration": true}}}));
    let asked = client.next();
    assert_eq!(asked["method"], "client/registerCapability");
    assert_eq!(asked["params"]["registrations"][0]["method"], "workspace/didChangeWatchedFiles");
    client.send(&json!({"jsonrpc": "2.0", "id": asked["id"], "result": null}));
    let intent = client.open_file(&site.join("intent/fabric.yaml"));
    client.found(&intent);
    // The other half of the site changes on disk: this half now refers to nothing.
    let other = site.join("intent/NewWebApps.yaml");
    let text = std::fs::read_to_string(&other).expect("a text").replace("host: centos-02", "host: centos-03");
    std::fs::write(&other, text).expect("it can be written");
    client
        .tell("workspace/didChangeWatchedFiles", json!({"changes": [{"uri": crate::client::uri(&other), "type": 2}]}));
    let is_said = |one: &Value| one["message"].as_str().expect("a text").contains("centos-03");
    while !client.told(&crate::client::uri(&other)).iter().any(is_said) {
        client.wait();
    }
    assert_eq!(client.end(), 0);
}
