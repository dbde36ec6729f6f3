//! SARIF logs: what each of them says. That they are as the public schema says is tested beside the validator.

use aciform_diagnostics::render::sarif;
use aciform_diagnostics::{Code, Diagnostic, Links, Report};
use expect_test::expect;
use serde_json::{Value, json};

use crate::fixture::{HOST_BITS, Run, many, odd, small};

fn run_of(report: &Report) -> Value {
    let text = sarif(report);
    assert_eq!(text.lines().count(), 1);
    let mut log: Value = serde_json::from_str(&text).unwrap();
    log["runs"][0].take()
}

#[test]
fn a_run_is_a_log_with_one_run() {
    let log: Value = serde_json::from_str(&sarif(&small().report())).unwrap();
    expect![[r##"
        {
          "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
          "runs": [
            {
              "automationDetails": {
                "id": "aciform/lab/"
              },
              "columnKind": "unicodeCodePoints",
              "invocations": [
                {
                  "executionSuccessful": true,
                  "toolExecutionNotifications": []
                }
              ],
              "originalUriBaseIds": {
                "%SRCROOT%": {
                  "description": {
                    "text": "the folder that the program ran in"
                  }
                }
              },
              "results": [
                {
                  "fixes": [
                    {
                      "artifactChanges": [
                        {
                          "artifactLocation": {
                            "uri": "site/a%20b.ini",
                            "uriBaseId": "%SRCROOT%"
                          },
                          "replacements": [
                            {
                              "deletedRegion": {
                                "endColumn": 12,
                                "endLine": 3,
                                "startColumn": 8,
                                "startLine": 3
                              },
                              "insertedContent": {
                                "text": "199"
                              }
                            }
                          ]
                        }
                      ],
                      "description": {
                        "text": "write `199`"
                      },
                      "properties": {
                        "applicability": "safe"
                      }
                    }
                  ],
                  "level": "error",
                  "locations": [
                    {
                      "physicalLocation": {
                        "artifactLocation": {
                          "uri": "site/a%20b.ini",
                          "uriBaseId": "%SRCROOT%"
                        },
                        "region": {
                          "endColumn": 12,
                          "endLine": 3,
                          "startColumn": 8,
                          "startLine": 3
                        }
                      }
                    }
                  ],
                  "message": {
                    "text": "VLAN 1999 lies outside the pool of `physnet1` (100-199)\nhelp: pick an id in 100-199"
                  },
                  "partialFingerprints": {
                    "primaryLocationLineHash": "d5ed9d9018ade40ce771e2cc9a90e027"
                  },
                  "relatedLocations": [
                    {
                      "id": 1,
                      "message": {
                        "text": "the pool"
                      },
                      "physicalLocation": {
                        "artifactLocation": {
                          "uri": "intent.yaml",
                          "uriBaseId": "%SRCROOT%"
                        },
                        "region": {
                          "endColumn": 9,
                          "endLine": 2,
                          "startColumn": 7,
                          "startLine": 2
                        }
                      }
                    }
                  ],
                  "ruleId": "ACI1301",
                  "ruleIndex": 2,
                  "suppressions": []
                },
                {
                  "level": "warning",
                  "message": {
                    "text": "there is no `intent/`"
                  },
                  "partialFingerprints": {
                    "primaryLocationLineHash": "94d2233252203bd41436a6eadaf24209"
                  },
                  "ruleId": "ACI307",
                  "ruleIndex": 0,
                  "suppressions": []
                },
                {
                  "level": "note",
                  "locations": [
                    {
                      "physicalLocation": {
                        "artifactLocation": {
                          "uri": "intent.yaml",
                          "uriBaseId": "%SRCROOT%"
                        },
                        "region": {
                          "endColumn": 6,
                          "endLine": 1,
                          "startColumn": 1,
                          "startLine": 1
                        }
                      }
                    }
                  ],
                  "message": {
                    "text": "an odd name"
                  },
                  "partialFingerprints": {
                    "primaryLocationLineHash": "6bbba06aeed6c7612938deacc94d0a56"
                  },
                  "ruleId": "ACI900",
                  "ruleIndex": 1,
                  "suppressions": [
                    {
                      "justification": "the customer's word",
                      "kind": "inSource"
                    }
                  ]
                }
              ],
              "tool": {
                "driver": {
                  "name": "aciform",
                  "rules": [
                    {
                      "defaultConfiguration": {
                        "level": "warning"
                      },
                      "fullDescription": {
                        "text": "Host bits"
                      },
                      "help": {
                        "markdown": "# Host bits\n\nMore.\n",
                        "text": "# Host bits\n\nMore.\n"
                      },
                      "id": "ACI307",
                      "name": "host-bits",
                      "properties": {
                        "tags": [
                          "addressing"
                        ]
                      },
                      "shortDescription": {
                        "text": "Host bits"
                      }
                    },
                    {
                      "defaultConfiguration": {
                        "level": "note"
                      },
                      "fullDescription": {
                        "text": "odd-style"
                      },
                      "help": {
                        "markdown": "odd-style",
                        "text": "odd-style"
                      },
                      "id": "ACI900",
                      "name": "odd-style",
                      "properties": {
                        "tags": [
                          "pools"
                        ]
                      },
                      "shortDescription": {
                        "text": "odd-style"
                      }
                    },
                    {
                      "defaultConfiguration": {
                        "level": "error"
                      },
                      "fullDescription": {
                        "text": "A VLAN lies outside the pool of its network."
                      },
                      "help": {
                        "markdown": "A VLAN lies outside\nthe pool of its network.\n\nBad:\n\n    vlan: 1999\n\nGood:\n\n    vlan: 199\n",
                        "text": "A VLAN lies outside\nthe pool of its network.\n\nBad:\n\n    vlan: 1999\n\nGood:\n\n    vlan: 199\n"
                      },
                      "id": "ACI1301",
                      "name": "vlan-outside-pool",
                      "properties": {
                        "tags": [
                          "pools"
                        ]
                      },
                      "shortDescription": {
                        "text": "A VLAN lies outside"
                      }
                    }
                  ],
                  "semanticVersion": "0.1.0"
                }
              }
            }
          ],
          "version": "2.1.0"
        }"##]].assert_eq(&serde_json::to_string_pretty(&log).unwrap());
}

/// The region of the only finding of a run, as `line:column-line:column`.
fn region(text: &str, what: &str) -> String {
    let mut run = Run::over(&[("a.ini", text)]);
    run.find(&HOST_BITS, 0, what, "m");
    let region = run_of(&run.report())["results"][0]["locations"][0]["physicalLocation"]["region"].take();
    format!("{}:{}-{}:{}", region["startLine"], region["startColumn"], region["endLine"], region["endColumn"])
}

#[test]
fn columns_are_characters_and_end_behind_the_last() {
    assert_eq!(region("abc", "abc"), "1:1-1:4");
    assert_eq!(region("日本🦀 = x\n", "x"), "1:7-1:8");
    assert_eq!(region("\t\tx\n", "x"), "1:3-1:4");
    assert_eq!(region("a: [\r\n  b]\r\n", "[\r\n  b]"), "1:4-2:5");
    // A line end at the end of a range is not a line of its own.
    assert_eq!(region("a\r\nb\r\n", "a\r\n"), "1:1-1:2");
    assert_eq!(region("a\nb\n", "a\nb\n"), "1:1-2:2");
    assert_eq!(region("a\n\n\nb", "\n\n"), "1:2-2:1");
    assert_eq!(region("a\nb", "\n"), "1:2-1:2");
    assert_eq!(region("", ""), "1:1-1:1");
}

#[test]
fn edits_name_what_they_delete_to_the_character() {
    let run = odd();
    let mut report = run_of(&run.report());
    let results = report["results"].as_array_mut().unwrap();
    let ends = results.iter_mut().find(|result| result["message"]["text"] == "line ends").unwrap();
    let changes = ends["fixes"][0]["artifactChanges"].take();
    assert_eq!(changes.as_array().unwrap().len(), 2);
    assert_eq!(changes[0]["artifactLocation"], json!({"uri": "a%20b.ini", "uriBaseId": "%SRCROOT%"}));
    expect![[r#"[{"deletedRegion":{"endColumn":1,"endLine":5,"startColumn":5,"startLine":3},"insertedContent":{"text":""}},{"deletedRegion":{"endColumn":5,"endLine":6,"startColumn":1,"startLine":6},"insertedContent":{"text":"x\ty"}}]"#]].assert_eq(&changes[0]["replacements"].to_string());
}

#[test]
fn names_are_uris() {
    let mut uris = Vec::new();
    for result in run_of(&odd().report())["results"].as_array().unwrap() {
        let place = &result["locations"][0]["physicalLocation"]["artifactLocation"];
        let base = if place["uriBaseId"].is_null() { "" } else { " in the checkout" };
        uris.push(format!("{}{base}", place["uri"].as_str().unwrap_or("no place")));
    }
    uris.sort();
    uris.dedup();
    expect![[r#"
        %3Cstdin%3E
        -
        . in the checkout
        ../x.ini in the checkout
        100%25.ini in the checkout
        a%1B%5B31m%0A%3A%3Aerror%3A%3Ab%E2%80%AE.ini in the checkout
        a%20b.ini in the checkout
        c%3Ad%2Ce%3A%3Af.ini in the checkout
        empty.ini in the checkout
        file:///etc/neutron/x%20y.ini
        gr%C3%B6%C3%9Fe/%E6%97%A5%E6%9C%AC.yaml in the checkout
        no place
        one-newline.ini in the checkout
        q%22%26%27%3C%3E%5D%5D%3E.ini in the checkout
        x%EF%BF%BF%C2%9By.ini in the checkout"#]]
    .assert_eq(&uris.join("\n"));
}

#[test]
fn all_results_say_whether_they_are_suppressed_or_none_does() {
    let mut run = odd();
    let with = run_of(&run.report());
    let results = with["results"].as_array().unwrap();
    assert!(results.iter().all(|result| result["suppressions"].is_array()));
    let kinds: Vec<&Value> = results.iter().filter_map(|result| result["suppressions"][0].get("kind")).collect();
    assert_eq!(kinds.len(), 3);
    assert_eq!(kinds.iter().filter(|kind| **kind == "inSource").count(), 1);
    run.suppressed.clear();
    let without = run_of(&run.report());
    assert!(without["results"].as_array().unwrap().iter().all(|result| result.get("suppressions").is_none()));
}

#[test]
fn more_than_github_takes_is_cut_behind_the_worst_and_said() {
    let run = run_of(&many(30_000).report());
    let results = run["results"].as_array().unwrap();
    assert_eq!(results.len(), 25_000);
    assert!(results[..5].iter().all(|result| result["level"] == "error"));
    assert!(results[5..].iter().all(|result| result["level"] == "warning"));
    let said = &run["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"];
    assert!(said.as_str().unwrap().starts_with("30000 findings"), "{said}");
    assert_eq!(run["invocations"][0]["executionSuccessful"], true);
}

#[test]
fn every_result_leads_to_its_rule() {
    let run = odd();
    let log = run_of(&run.report());
    let rules = log["tool"]["driver"]["rules"].as_array().unwrap();
    let ids: Vec<&Value> = rules.iter().map(|rule| &rule["id"]).collect();
    // The third is not among the rules that ran, and found something all the same.
    assert_eq!(ids, ["ACI307", "ACI900", "ACI1301"]);
    for result in log["results"].as_array().unwrap() {
        let at = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
        assert_eq!(rules[at]["id"], result["ruleId"]);
    }
}

#[test]
fn a_finding_of_hundreds_of_places_stays_within_the_limit() {
    let mut run = Run::over(&[("a.ini", &"x\n".repeat(3000))]);
    let mut finding = Diagnostic::new(&HOST_BITS, "m");
    for at in 0..3000 {
        finding = finding.label(aciform_diagnostics::Span::new(aciform_diagnostics::FileId(0), at * 2, at * 2 + 1), "");
    }
    run.push(finding);
    let result = run_of(&run.report())["results"][0].take();
    assert_eq!(result["relatedLocations"].as_array().unwrap().len(), 999);
}

#[test]
fn troubles_and_links_are_where_viewers_look_for_them() {
    let mut run = small();
    run.troubles.push("cannot open `b.ini`".to_owned());
    fn page(code: &Code) -> String {
        format!("https://example.com/rules#{}", code.id)
    }
    let log = run_of(&Report { links: Some(Links { home: "https://example.com", rule: page }), ..run.report() });
    assert_eq!(log["invocations"][0]["executionSuccessful"], false);
    assert_eq!(log["invocations"][0]["toolExecutionNotifications"][0]["level"], "error");
    assert_eq!(log["tool"]["driver"]["informationUri"], "https://example.com");
    assert_eq!(log["tool"]["driver"]["rules"][0]["helpUri"], "https://example.com/rules#ACI307");
}
