package dev.galley.postgres.changes;

import dev.galley.settings.SettingsException;
import dev.galley.settings.SettingsReader;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The settings of the change stream.
 *
 * @param publications whose tables are watched; one that does not exist is left out
 * @param bufferBytes of the newest changes in memory
 * @param retention how long a reader may be away and still be told everything
 * @param retentionBytes of the server's log that are kept for that at most
 * @param leaseLength after which another node takes over the care of what is kept
 * @param historyReaders how many readers of this node may read the server's log again at a time
 * @param historyWait how long one more waits before it is told of a gap
 */
public record ChangeSettings(
        List<String> publications,
        long bufferBytes,
        Duration retention,
        long retentionBytes,
        Duration leaseLength,
        int historyReaders,
        Duration historyWait) {
    private static final Pattern PUBLICATION = Pattern.compile("[A-Za-z_][A-Za-z0-9_$]{0,62}");

    public static ChangeSettings from(SettingsReader in) {
        return new ChangeSettings(
                publications(in.list(
                        "changes.publications",
                        List.of("supabase_realtime", "supabase_realtime_messages_publication"),
                        "Publications whose tables are watched for live updates.")),
                in.bytes(
                        "changes.buffer",
                        32L << 20,
                        "Memory for the newest changes, from which reconnecting clients catch up."),
                in.duration(
                        "changes.retention",
                        Duration.ofMinutes(10),
                        "How long a client may be away and still get every change it has missed."),
                in.bytes(
                        "changes.retention-size",
                        256L << 20,
                        "Write-ahead log that is kept on disk for that, at most; it ends the time earlier when there"
                                + " is much."),
                in.duration(
                        "changes.lease",
                        Duration.ofSeconds(10),
                        "After which another node takes over the care of the replication slot from one that is gone."),
                in.integer(
                        "changes.history-readers",
                        2,
                        1,
                        100,
                        "Readers of a node that may read the write-ahead log again at a time; each takes a replication"
                                + " slot."),
                in.duration(
                        "changes.history-wait",
                        Duration.ofSeconds(30),
                        "How long a further one waits before it is told of a gap instead."));
    }

    private static List<String> publications(List<String> given) {
        for (String each : given) {
            if (!PUBLICATION.matcher(each).matches()) {
                throw new SettingsException("changes.publications: " + each
                        + " is not a name of letters, digits and underscores, at most 63 of them");
            }
        }
        return List.copyOf(given);
    }
}
