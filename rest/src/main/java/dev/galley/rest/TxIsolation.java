package dev.galley.rest;

import dev.galley.postgres.TransactionRequest.LocalSetting;
import dev.galley.schema.Routine;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** The level of isolation of a transaction of several steps: the strictest that anybody asks for. */
final class TxIsolation {
    static final String SETTING = "default_transaction_isolation";

    /** From the weakest on. The first two are what every transaction has at least. */
    private static final List<String> LEVELS =
            List.of("read uncommitted", "read committed", "repeatable read", "serializable");

    private TxIsolation() {}

    /** Empty when nobody asks for more than every transaction has. */
    static Optional<LocalSetting> strictest(Stream<String> levels) {
        int strictest = levels.mapToInt(level -> LEVELS.indexOf(level.toLowerCase(Locale.ROOT)))
                .max()
                .orElse(0);
        return strictest > 1 ? Optional.of(new LocalSetting(SETTING, LEVELS.get(strictest))) : Optional.empty();
    }

    static Stream<String> of(List<LocalSetting> settings) {
        return settings.stream()
                .filter(each -> each.name().equalsIgnoreCase(SETTING))
                .map(LocalSetting::value);
    }

    static Stream<String> of(Routine routine) {
        return routine.settings().entrySet().stream()
                .filter(each -> each.getKey().equalsIgnoreCase(SETTING))
                .map(Map.Entry::getValue);
    }
}
