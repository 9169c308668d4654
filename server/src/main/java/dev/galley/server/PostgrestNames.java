package dev.galley.server;

import dev.galley.settings.Alias;
import dev.galley.settings.AliasLayer;
import dev.galley.settings.Layer;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * PostgREST's names for settings, so that its configuration can be taken over as it is: a file's lines, its environment variables, its settings
 * in the database.
 */
final class PostgrestNames {
    static final String ENVIRONMENT = "PGRST_";

    /** A test checks that each of our keys is a setting. */
    static final List<Alias> ALIASES = List.of(
            new Alias("db-schemas", "api.schemas"),
            new Alias("db-schema", "api.schemas"),
            new Alias("db-extra-search-path", "api.extra-search-path"),
            new Alias("db-anon-role", "auth.anonymous-role"),
            new Alias("jwt-secret", "auth.jwt-secret"),
            new Alias("jwt-secret-is-base64", "auth.jwt-secret-base64"),
            new Alias("secret-is-base64", "auth.jwt-secret-base64"),
            new Alias("jwt-aud", "auth.jwt-audience"),
            new Alias("jwt-role-claim-key", "auth.role-claim"),
            new Alias("role-claim-key", "auth.role-claim"),
            new Alias("jwt-cache-max-entries", "auth.token-cache-size"),
            new Alias("db-pre-request", "query.pre-request"),
            new Alias("pre-request", "query.pre-request"),
            new Alias("db-aggregates-enabled", "query.aggregates"),
            new Alias("db-max-rows", "query.max-rows"),
            new Alias("max-rows", "query.max-rows"),
            new Alias("db-tx-end", "rest.tx-end"),
            new Alias("db-plan-enabled", "rest.plan-enabled"),
            new Alias("db-hoisted-tx-settings", "rest.hoisted-settings"),
            new Alias("url-use-legacy-target-names", "rest.legacy-target-names"),
            new Alias("server-timing-enabled", "rest.server-timing"),
            new Alias("client-error-verbosity", "rest.verbose-errors", PostgrestNames::verbose),
            new Alias("openapi-mode", "rest.openapi-mode"),
            new Alias("openapi-security-active", "rest.openapi-security-active"),
            new Alias("openapi-server-proxy-uri", "rest.openapi-server-proxy-uri"),
            new Alias("db-root-spec", "rest.root-spec"),
            new Alias("db-config", "database.config"),
            new Alias("db-pre-config", "database.pre-config"),
            new Alias("db-prepared-statements", "database.named-statements"),
            new Alias("db-pool", "database.connections"),
            new Alias("db-pool-acquisition-timeout", "database.acquire-timeout", PostgrestNames::seconds),
            new Alias("db-channel", "schema.channel"),
            new Alias("db-uri", "postgres.url"),
            new Alias("server-port", "http.port"),
            new Alias("server-host", "http.host", PostgrestNames::host),
            new Alias("server-cors-allowed-origins", "http.cors-origins"));

    /** What has no counterpart: the admin server, the pool's times, its log. */
    static final Set<String> IGNORED = Set.of(
            "admin-server-port",
            "admin-server-host",
            "db-channel-enabled",
            "db-pool-automatic-recovery",
            "db-pool-max-idletime",
            "db-pool-max-lifetime",
            "db-timezone-enabled",
            "log-level",
            "log-query",
            "server-unix-socket",
            "server-unix-socket-mode",
            "server-trace-header");

    private PostgrestNames() {}

    static Layer in(Layer layer) {
        return new AliasLayer(layer, ALIASES, IGNORED);
    }

    private static String verbose(String verbosity) {
        return Boolean.toString(!verbosity.strip().toLowerCase(Locale.ROOT).equals("minimal"));
    }

    private static String seconds(String number) {
        return number.strip() + "s";
    }

    /** Its words for "every address" of a kind. */
    private static String host(String host) {
        return switch (host.strip()) {
            case "!4", "*4", "*" -> "0.0.0.0";
            case "!6", "*6" -> "::";
            default -> host;
        };
    }
}
