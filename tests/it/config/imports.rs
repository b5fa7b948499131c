//! Files that import others.

use super::files::Folder;
use otp::config::{Config, ConfigError, Reader};

fn read(folder: &Folder) -> Result<Config, ConfigError> {
    Reader::new().env("dev").target("host").read(folder.path("config.toml"))
}

#[test]
fn cfg_023_a_file_is_merged_where_it_is_imported_and_recorded() {
    let folder = Folder::of(&[
        ("config.toml", "import_config = \"in/other.toml\"\n[app]\na = 1\n"),
        ("in/other.toml", "import_config = \"deep.toml\"\n[app]\nb = 2\n"),
        ("in/deep.toml", "[app]\nc = 3\n"),
    ]);
    let (config, files) = Reader::new().read_imports(folder.path("config.toml")).unwrap();
    assert_eq!(config, Config::new().with("app", "a", 1).with("app", "b", 2).with("app", "c", 3));
    assert_eq!(files, ["config.toml", "in/other.toml", "in/deep.toml"].map(|name| folder.path(name)));
}

#[test]
fn cfg_024_the_place_of_an_import_says_who_wins() {
    let folder = Folder::of(&[
        (
            "config.toml",
            "[app]\nbefore = 1\n[app.deep]\nkept = 1\nbefore = 1\n\n[[import_config]]\nfile = \"other.toml\"\n\n[app.later]\nafter = 3\n",
        ),
        ("other.toml", "[app]\nbefore = 2\n[app.deep]\nbefore = 2\n[app.later]\nafter = 2\nkept = 2\n"),
    ]);
    let config = read(&folder).unwrap();
    let expected = Config::new()
        .with("app", "before", 2)
        .with("app", ["deep", "kept"], 1)
        .with("app", ["deep", "before"], 2)
        .with("app", ["later", "after"], 3)
        .with("app", ["later", "kept"], 2);
    assert_eq!(config, expected);
}

#[test]
fn several_imports_are_merged_in_their_order() {
    let folder = Folder::of(&[
        (
            "config.toml",
            "import_config = [\"a.toml\", { file = \"{env}.toml\" }, { file = \"none.toml\", optional = true }]",
        ),
        ("a.toml", "app.x = \"a\"\napp.a = 1"),
        ("dev.toml", "app.x = \"dev\""),
    ]);
    assert_eq!(read(&folder).unwrap(), Config::new().with("app", "x", "dev").with("app", "a", 1));
}

#[test]
fn cfg_025_cfg_030_a_missing_file_is_named() {
    let folder = Folder::of(&[("config.toml", "[app]\na = 1\n[[import_config]]\nfile = \"missing.toml\"\n")]);
    let error = folder.relative(read(&folder).unwrap_err());
    assert_eq!(
        error,
        "cannot read the configuration missing.toml, imported at config.toml:3: No such file or directory (os error 2)"
    );
    let error = Reader::new().read_imports(folder.path("gone.toml")).unwrap_err();
    assert!(matches!(error, ConfigError::File { at: None, .. }));
    let error = folder.relative(Reader::new().read(folder.path("gone.toml")).unwrap_err());
    assert_eq!(error, "cannot read the configuration gone.toml: No such file or directory (os error 2)");
}

#[test]
fn a_file_that_cannot_be_read_is_named() {
    let folder = Folder::of(&[("config.toml", "import_config = \"folder\""), ("folder/x", "")]);
    let error = folder.relative(read(&folder).unwrap_err());
    assert!(error.starts_with("cannot read the configuration folder, imported at config.toml:1: "), "{error}");
    std::fs::write(folder.path("latin.toml"), b"a = \"\xe9\"").unwrap();
    let error = folder.relative(Reader::new().read(folder.path("latin.toml")).unwrap_err());
    assert_eq!(error, "cannot read the configuration latin.toml: it is no UTF-8 text");
}

#[test]
fn cfg_027_imports_can_be_disabled() {
    let folder = Folder::of(&[("runtime.toml", "[app]\na = 1\n\n[[import_config]]\nfile = \"x.toml\"\n")]);
    let error = folder.relative(Reader::new().imports(false).read(folder.path("runtime.toml")).unwrap_err());
    assert!(error.starts_with("runtime.toml:4: imports are not enabled for this configuration file"), "{error}");
    // `runtime.toml` of a project never imports.
    let error = Reader::new().read_runtime(&folder).unwrap_err();
    assert!(matches!(error, ConfigError::ImportsDisabled { .. }));
}

#[test]
fn a_circle_of_imports_is_shown() {
    let folder = Folder::of(&[
        ("config.toml", "import_config = \"a.toml\""),
        ("a.toml", "[x]\ny = 1\n[[import_config]]\nfile = \"in/b.toml\""),
        ("in/b.toml", "import_config = \"../a.toml\""),
    ]);
    let error = read(&folder).unwrap_err();
    assert!(matches!(&error, ConfigError::ImportCycle { chain, .. } if chain.len() == 3));
    let error = folder.relative(error);
    assert_eq!(error, "in/b.toml:1: the imports go in a circle: a.toml imports in/b.toml imports in/../a.toml");
    let itself = Folder::of(&[("config.toml", "import_config = \"config.toml\"")]);
    assert!(matches!(read(&itself), Err(ConfigError::ImportCycle { .. })));
}

#[test]
fn a_file_is_imported_once() {
    let folder = Folder::of(&[
        ("config.toml", "import_config = [\"a.toml\", \"b.toml\"]"),
        ("a.toml", "import_config = \"b.toml\""),
        ("b.toml", "[x]\ny = 1"),
    ]);
    let error = folder.relative(read(&folder).unwrap_err());
    assert!(error.starts_with("config.toml:1: b.toml is imported already"), "{error}");
    // Those that were imported before can be given.
    let reader = Reader::new().imported_paths([folder.path("b.toml")]);
    assert!(matches!(reader.read(folder.path("a.toml")), Err(ConfigError::AlreadyImported { .. })));
}

#[test]
fn an_import_that_is_not_written_right_says_what_would_be() {
    for (text, says) in [
        ("import_config = 5", "import_config = \"other.toml\""),
        ("import_config = { path = \"x\" }", "takes `file`"),
        ("import_config = { optional = true }", "needs a file"),
    ] {
        let error = Reader::new().eval("c.toml", text).unwrap_err().to_string();
        assert!(error.starts_with("c.toml:1: ") && error.contains(says), "{error}");
    }
}

#[test]
fn a_link_that_leads_nowhere_is_a_mistake_and_no_missing_file() {
    use std::os::unix::fs::symlink;
    let optional = "import_config = [{ file = \"mine.toml\", optional = true }]";
    let folder = Folder::of(&[("config.toml", optional)]);
    assert_eq!(read(&folder).unwrap(), Config::new());
    symlink("nowhere", folder.path("mine.toml")).unwrap();
    let error = read(&folder).unwrap_err().to_string();
    assert!(error.starts_with("cannot read the configuration ") && error.contains("mine.toml"), "{error}");

    let folder = Folder::of(&[]);
    for file in ["config.toml", "dev.toml", "runtime.toml"] {
        symlink("nowhere", folder.path(file)).unwrap();
        let reader = Reader::new().env("dev");
        let read = reader.read_project(folder.path("")).and_then(|_| reader.read_runtime(folder.path("")));
        let error = read.unwrap_err().to_string();
        assert!(error.contains(file), "{error}");
        std::fs::remove_file(folder.path(file)).unwrap();
    }
}
