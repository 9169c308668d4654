package dev.galley.auth;

import dev.galley.postgres.Migration;
import java.util.ArrayList;
import java.util.List;

/** The tables of the service, in the order in which they are made. */
public final class AuthMigrations {
    private static final List<String> NAMES = List.of(
            "001_tables",
            "002_factors",
            "003_hooks",
            "004_oauth_server",
            "005_audit_chain",
            "006_webauthn",
            "007_oauth_resource",
            "008_sso");

    private AuthMigrations() {}

    public static List<Migration> all() {
        List<Migration> all = new ArrayList<>();
        for (String name : NAMES) {
            all.add(Migration.resource(
                    AuthMigrations.class, "auth", all.size() + 1, name.substring(4), "migrations/" + name + ".sql"));
        }
        return List.copyOf(all);
    }
}
