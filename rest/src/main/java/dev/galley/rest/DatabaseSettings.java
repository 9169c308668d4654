package dev.galley.rest;

import dev.galley.settings.SettingsException;
import dev.galley.settings.SettingsReader;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What transactions are told beside the request.
 *
 * @param app read by the application's functions as {@code current_setting('app.settings.NAME')}
 * @param hoisted settings of a function that must hold before its call begins
 */
public record DatabaseSettings(Map<String, String> app, Set<String> hoisted) {
    public static final DatabaseSettings DEFAULT = new DatabaseSettings(
            Map.of(), Set.of("statement_timeout", "plan_filter.statement_cost_limit", "default_transaction_isolation"));

    private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_$]*(\\.[A-Za-z_][A-Za-z0-9_$]*)*");

    public DatabaseSettings {
        for (String name : app.keySet()) {
            if (!NAME.matcher(name).matches()) {
                throw new SettingsException("app.settings." + name
                        + ": PostgreSQL takes only letters, digits and underscores in the name of a parameter");
            }
        }
    }

    /** {@link #app} under the names that the database knows. */
    public Map<String, String> transactionSettings() {
        return app.entrySet().stream()
                .collect(Collectors.toUnmodifiableMap(each -> "app.settings." + each.getKey(), Map.Entry::getValue));
    }

    public static DatabaseSettings from(SettingsReader settings) {
        return new DatabaseSettings(
                settings.table(
                        "app.settings.",
                        "Settings of the application, by names of its own: its functions read current_setting('app.settings.NAME')."),
                Set.copyOf(
                        settings.list(
                                "rest.hoisted-settings",
                                DEFAULT.hoisted().stream().sorted().toList(),
                                "Settings of a function (CREATE FUNCTION ... SET) that hold for the whole transaction of a call.")));
    }
}
