package dev.galley.storage;

import dev.galley.settings.SettingsReader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * The settings of the service.
 *
 * @param path of the local store; empty for a folder of the project
 * @param fsync whether bytes are forced to disk before an upload is acknowledged
 * @param fileSizeLimit bytes of an object; buckets may have lower limits
 * @param maxJson bytes of a JSON body
 * @param maxRequests answered at a time, transfers included
 * @param statementTimeout of one transaction
 * @param transferTimeout the longest time of one upload or download
 * @param signedUploadLife how long an address for uploads opens
 * @param collectInterval the longest time that bytes stay after nobody has them
 */
public record StorageSettings(
        Optional<Path> path,
        boolean fsync,
        long fileSizeLimit,
        long maxJson,
        int maxRequests,
        Duration statementTimeout,
        Duration transferTimeout,
        Duration signedUploadLife,
        Duration collectInterval) {

    public static StorageSettings from(SettingsReader settings) {
        return new StorageSettings(
                settings.optionalText(
                                "storage.path",
                                "Folder for the bytes of objects, which all nodes must share; default: .galley/storage of the project.")
                        .map(Path::of),
                settings.flag(
                        "storage.fsync",
                        true,
                        "Whether bytes are forced to disk before an upload is acknowledged; off, a power cut may take the newest."),
                settings.bytes(
                        "storage.file-size-limit",
                        50L << 20,
                        "The largest object; a bucket may have a lower limit of its own."),
                settings.bytes("storage.max-json", 1 << 20, "The largest JSON body of a request."),
                settings.integer(
                        "storage.max-requests",
                        2_000,
                        1,
                        1_000_000,
                        "Requests answered at a time, uploads and downloads under way included; more are answered 429."),
                settings.duration(
                        "storage.statement-timeout",
                        Duration.ofSeconds(30),
                        "The longest time of one transaction of a request."),
                settings.duration(
                        "storage.transfer-timeout",
                        Duration.ofHours(6),
                        "The longest time of one upload or download, however steadily it goes on."),
                settings.duration(
                        "storage.signed-upload-expiry",
                        Duration.ofHours(2),
                        "How long an address for an upload may be used."),
                settings.duration(
                        "storage.collect-interval",
                        Duration.ofMinutes(1),
                        "The longest time between two looks for bytes that belong to no object any more."));
    }
}
