package dev.galley.identity;

import dev.galley.settings.SettingsException;
import dev.galley.settings.SettingsReader;
import java.util.List;

/**
 * What the platform may do in the database, and how open new objects are.
 *
 * @param exposedSchemas the schemas that the API shows; the first is the default one
 * @param autoExposeNewTables whether new objects in {@code public} are granted to the API roles by themselves, as older projects expect
 * @param autoEnableRowSecurity whether a new table in an exposed schema gets row level security
 */
public record PlatformSettings(
        Install install, List<String> exposedSchemas, boolean autoExposeNewTables, boolean autoEnableRowSecurity) {

    /** Whether the platform's roles, schemas and functions are made in the database. */
    public enum Install {
        /** Made where the login may; a plain REST server runs without them where it may not. */
        AUTO,
        /** Made, or the start fails. */
        ALWAYS,
        /** Never: the database stays as it is, Galley is a plain REST server for it. */
        NEVER
    }

    /** Schemas with other people's secrets, which no setting may expose. */
    private static final List<String> NEVER_EXPOSED = List.of(
            "auth", "storage", "realtime", "vault", "cron", "net", "galley", "pg_catalog", "information_schema");

    public static PlatformSettings from(SettingsReader reader) {
        boolean autoExpose = reader.flag(
                "api.auto-expose-new-tables",
                false,
                "Grants new tables, functions and sequences in public to anon, authenticated and service_role by themselves,"
                        + " as projects made before May 2026 expect. Otherwise each needs a GRANT.");
        var settings = new PlatformSettings(
                reader.choice(
                        "database.install-platform",
                        Install.AUTO,
                        "Whether the platform's roles, schemas and functions are made in the database. With auto, a plain REST"
                                + " server (--services rest) runs without them where the login may not make them."),
                reader.list(
                        "api.schemas",
                        List.of("public", "graphql_public"),
                        "Schemas that the API shows. The first is the default one."),
                autoExpose,
                reader.flag(
                        "api.auto-enable-row-security",
                        !autoExpose,
                        "Turns row level security on for every new table in an exposed schema."
                                + " Default: the opposite of api.auto-expose-new-tables."));
        if (settings.exposedSchemas.isEmpty()) {
            throw new SettingsException("api.schemas: names no schema");
        }
        settings.exposedSchemas.stream()
                .filter(schema -> NEVER_EXPOSED.contains(schema) || schema.startsWith("pg_"))
                .findFirst()
                .ifPresent(schema -> {
                    throw new SettingsException("api.schemas: " + schema + " can never be exposed");
                });
        return settings;
    }
}
