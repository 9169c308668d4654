package dev.galley.postgres.wire;

import dev.galley.postgres.TransactionRequest.LocalSetting;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Which settings a session begins with and which every request has to set besides its own.
 *
 * <p>What came with the startup message is what {@code RESET ALL} goes back to, so a request that wants just that need not
 * ask for it: each one less saves PostgreSQL about a microsecond, the search path more.
 *
 * @param atStartup sent with the startup message
 * @param everyTime set by every request; for poolers, which may know only the most usual startup parameters
 */
record SessionSettings(Map<String, String> atStartup, Map<String, String> everyTime) {
    static final SessionSettings POOLED = new SessionSettings(Map.of(), output());

    /** @param usual what most requests ask for */
    static SessionSettings with(Map<String, String> usual) {
        Map<String, String> atStartup = new LinkedHashMap<>(usual);
        atStartup.putAll(output());
        return new SessionSettings(Map.copyOf(atStartup), Map.of());
    }

    /** What every row is printed with, whatever the server's own configuration says. */
    private static Map<String, String> output() {
        return Map.of(
                "DateStyle", "ISO, MDY",
                "TimeZone", "UTC",
                "IntervalStyle", "postgres",
                "extra_float_digits", "1",
                "bytea_output", "hex",
                "standard_conforming_strings", "on");
    }

    /**
     * Whether a request that asks for these must set this one of them.
     *
     * @param index among {@code asked}; of several with one name the last counts
     */
    boolean mustSet(List<LocalSetting> asked, int index) {
        LocalSetting setting = asked.get(index);
        if (!setting.value().equals(atStartup.get(setting.name()))) {
            return true;
        }
        for (int i = 0; i < index; i++) {
            if (asked.get(i).name().equalsIgnoreCase(setting.name())) {
                return true; // another value stands there already
            }
        }
        return false;
    }
}
