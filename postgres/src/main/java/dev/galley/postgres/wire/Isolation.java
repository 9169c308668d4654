package dev.galley.postgres.wire;

import dev.galley.postgres.TransactionRequest.LocalSetting;
import java.util.List;
import java.util.Locale;

/**
 * Reads the {@code default_transaction_isolation} among a caller's settings. Inside a transaction that has begun the setting
 * itself is too late, and {@code transaction_isolation} cannot be set by a SELECT, which has its snapshot by then: the level has
 * to stand in the BEGIN.
 */
final class Isolation {
    private Isolation() {}

    /** The level of the last one given as SQL writes it; empty when it is the server's to choose. */
    static String level(List<LocalSetting> settings) {
        for (int i = settings.size() - 1; i >= 0; i--) {
            LocalSetting setting = settings.get(i);
            if (setting.name().equalsIgnoreCase("default_transaction_isolation")) {
                String level = setting.value().toUpperCase(Locale.ROOT);
                return switch (level) {
                    case "SERIALIZABLE", "REPEATABLE READ", "READ COMMITTED", "READ UNCOMMITTED" -> level;
                    default -> "";
                };
            }
        }
        return "";
    }
}
