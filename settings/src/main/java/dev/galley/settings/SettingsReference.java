package dev.galley.settings;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Prints the reference page from the declarations. */
public final class SettingsReference {
    private SettingsReference() {}

    /**
     * A page in Markdown: one table for each first part of a key.
     *
     * @param aliases whose names are told beside the settings they stand for
     */
    public static String markdown(List<Setting> settings, List<Alias> aliases) {
        Map<String, List<Setting>> groups = new LinkedHashMap<>();
        for (Setting setting : settings) {
            String group = setting.key().substring(0, Math.max(0, setting.key().indexOf('.')));
            groups.computeIfAbsent(group, _ -> new ArrayList<>()).add(setting);
        }
        StringBuilder page = new StringBuilder("""
                # Settings

                This page is made from the program (`./galley settings --markdown`).

                A value comes from the first of these that gives one: a flag (`--set http.port=8000`), an environment variable
                (`GALLEY_HTTP_PORT=8000`; set to nothing counts as not set), the file `galley.toml` in the project folder
                (`http.port = 8000`), an existing `supabase/config.toml` for the keys that mean the same, the default.
                An unknown key is an error. `./galley settings --dir DIR` shows the values in force and where each comes from.

                PostgREST's own names are understood too, where one is given below: `db-schemas = "api"` in the file,
                `--set db-schemas=api`, `PGRST_DB_SCHEMAS=api`, and `ALTER ROLE ... SET pgrst.db_schemas = 'api'` in the database.
                Where both are given in the same place, Galley's name counts.

                In a file, `"env(NAME)"` stands for the environment variable `NAME`. A duration is written `250ms`, `10s`, `5m`,
                `24h` or `7d`, a size `512`, `64KiB`, `10MiB` or `1GiB`, a list as an array or separated by commas.
                """);
        groups.forEach((group, members) -> {
            page.append("\n## ").append(group).append("\n\n| key | value | default | |\n|---|---|---|---|\n");
            for (Setting setting : members) {
                page.append("| `%s` | %s | %s | %s |\n"
                        .formatted(
                                setting.key(),
                                cell(setting.type()),
                                setting.fallback().isEmpty() ? "" : "`" + cell(setting.fallback()) + "`",
                                cell(setting.description()) + names(setting.key(), aliases)));
            }
        });
        return page.toString();
    }

    private static String names(String key, List<Alias> aliases) {
        return aliases.stream()
                .filter(alias -> alias.key().equals(key))
                .map(alias -> " PostgREST: `" + alias.name() + "`.")
                .collect(Collectors.joining());
    }

    private static String cell(String text) {
        return text.replace("|", "\\|").replace("\n", " ");
    }
}
