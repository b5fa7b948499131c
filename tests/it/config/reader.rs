//! The reader.

use super::files::Folder;
use otp::config::{Config, ConfigError, Reader};

#[test]
fn cfg_028_a_file_is_read_with_and_without_imports() {
    let folder = Folder::of(&[
        ("plain.toml", "[app]\nkey = \"value\"\n"),
        ("good.toml", "import_config = \"plain.toml\"\n[app]\nother = 1\n"),
    ]);
    let plain = Config::new().with("app", "key", "value");
    assert_eq!(Reader::new().read(folder.path("plain.toml")).unwrap(), plain);
    assert_eq!(Reader::new().imports(false).read(folder.path("plain.toml")).unwrap(), plain);
    assert_eq!(Reader::new().read(folder.path("good.toml")).unwrap(), plain.with("app", "other", 1));
}

const ASKS: &str = "[app]\n\nenv = { config = \"env\" }\ntarget = { config = \"target\" }\n";

#[test]
fn cfg_021_cfg_031_a_file_sees_environment_and_target_or_the_place_is_named() {
    for (env, target) in [("dev", "host"), ("prod", "embedded")] {
        let config = Reader::new().env(env).target(target).eval("c.toml", ASKS).unwrap();
        assert_eq!(config, Config::new().with("app", "env", env).with("app", "target", target));
    }
    let error = Reader::new().target("host").eval("c.toml", ASKS).unwrap_err();
    assert!(matches!(error, ConfigError::NotGiven { what: "env", .. }));
    assert!(error.to_string().starts_with("c.toml:3: no env was given to the reader"), "{error}");
    let error = Reader::new().env("dev").eval("c.toml", ASKS).unwrap_err();
    assert!(error.to_string().starts_with("c.toml:4: no target was given to the reader"), "{error}");
    let error = Reader::new().eval("c.toml", "import_config = \"{env}.toml\"").unwrap_err();
    assert!(matches!(error, ConfigError::NotGiven { what: "env", .. }), "{error}");
}

#[test]
fn cfg_032_what_is_no_application_is_named() {
    let folder =
        Folder::of(&[("bad.toml", "[good]\na = 1\n"), ("worse.toml", "import_config = \"bad.toml\"\nport = 5\n")]);
    let error = Reader::new().read(folder.path("worse.toml")).unwrap_err();
    assert!(matches!(&error, ConfigError::NotAnApplication { entry, .. } if entry == "port"));
    let error = folder.relative(error);
    assert!(error.starts_with("worse.toml:2: `port` is an integer, not an application"), "{error}");
    let error = Reader::new().eval("c.toml", "app = [1]\n").unwrap_err().to_string();
    assert!(error.starts_with("c.toml:1: `app` is an array, not an application"), "{error}");
    let error = Reader::new().variable("A", "b").eval("c.toml", "app = { env = \"A\" }\n").unwrap_err().to_string();
    assert!(error.starts_with("c.toml:1: `app` is a table, not an application"), "{error}");
}

#[test]
fn cfg_033_text_is_read_as_if_it_were_in_a_file() {
    let text = "import_config = \"plain.toml\"\n[app]\nenv = { config = \"env\" }\n";
    let folder = Folder::of(&[("plain.toml", "[app]\nkey = \"value\"\n"), ("real.toml", text)]);
    let reader = Reader::new().env("test");
    let evaluated = reader.eval(folder.path("not_there.toml"), text).unwrap();
    assert_eq!(evaluated, reader.read(folder.path("real.toml")).unwrap());
    assert_eq!(evaluated, Config::new().with("app", "key", "value").with("app", "env", "test"));
}

#[test]
fn cfg_034_the_second_wins_and_tables_are_merged() {
    let eval = |text: &str| Reader::new().eval("c.toml", text).unwrap();
    let merged = eval("[app]\na = 1\nlist = [1, 2]\n[app.deep.er]\nx = 1\ny = 1\n[first]\na = 1")
        .merge(eval("[app]\na = 2\nlist = [3]\n[app.deep.er]\ny = 2\n[second]\na = 2"));
    assert_eq!(merged, eval("[app]\na = 2\nlist = [3]\n[app.deep.er]\nx = 1\ny = 2\n[first]\na = 1\n[second]\na = 2"));
}

#[test]
fn cfg_035_a_plain_value_and_a_table_replace_each_other_whole() {
    let eval = |text: &str| Reader::new().eval("c.toml", text).unwrap();
    let table = eval("[app.key]\na = 1");
    let plain = eval("[app]\nkey = 5");
    assert_eq!(table.clone().merge(plain.clone()), plain);
    assert_eq!(plain.merge(table.clone()), table);
}

#[test]
fn a_merged_value_says_where_the_winner_stands() {
    let folder = Folder::of(&[
        ("config.toml", "[app]\n\nport = 1\n"),
        ("prod.toml", "[app]\nport = \"x\"\n"),
        ("runtime.toml", "[app]\nhost = 5\n"),
    ]);
    let reader = Reader::new().env("prod");
    let (config, files) = reader.read_project(&folder).unwrap();
    assert_eq!(files, [folder.path("config.toml"), folder.path("prod.toml")]);
    let config = config.merge(reader.read_runtime(&folder).unwrap().expect("it is there"));
    let error = folder.relative(config.get::<u16>("app", "port").unwrap_err());
    assert_eq!(error, "prod.toml:2: app.port: expected u16, found string \"x\"");
    let error = folder.relative(config.get::<String>("app", "host").unwrap_err());
    assert_eq!(error, "runtime.toml:2: app.host: expected a string, found integer `5`");
}

#[test]
fn the_file_of_the_environment_is_read_once() {
    let folder = Folder::of(&[
        ("config.toml", "[[import_config]]\nfile = \"{env}.toml\"\n[app]\na = 2\n"),
        ("dev.toml", "[app]\na = 1\n"),
    ]);
    let (config, files) = Reader::new().env("dev").read_project(&folder).unwrap();
    assert_eq!((config.get("app", "a").unwrap(), files.len()), (Some(2), 2));
    let empty = Folder::of(&[]);
    assert_eq!(Reader::new().env("dev").read_project(&empty).unwrap().0, Config::new());
    assert!(Reader::new().read_runtime(&empty).unwrap().is_none());
}
