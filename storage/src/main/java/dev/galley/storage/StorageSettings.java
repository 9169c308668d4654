package dev.galley.storage;

import dev.galley.settings.SettingsReader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
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
 * @param resumableLife of an upload from its creation
 * @param publicUrl before paths in addresses that are given out; empty: paths alone
 * @param encryptionKeys see {@link dev.galley.storage.backend.EncryptedStore}; none: objects are stored as they are
 * @param encryptionRequired whether what is not encrypted is refused
 * @param collectInterval the longest time that bytes stay after nobody has them
 * @param buckets that are to be there, see {@link dev.galley.storage.bucket.BucketSeeds}
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
        Duration resumableLife,
        Optional<String> publicUrl,
        List<String> encryptionKeys,
        boolean encryptionRequired,
        Duration collectInterval,
        Map<String, String> buckets) {

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
                        "storage.resumable-expiry",
                        Duration.ofHours(24),
                        "How long a resumable upload may take from its creation."),
                settings.optionalText(
                        "storage.public-url",
                        "Where clients reach this host (https://files.example.com), for the addresses of resumable uploads;"
                                + " default: addresses are given as paths, which is right behind most proxies."),
                settings.secretList(
                        "storage.encryption-keys",
                        "Master keys, 32 bytes in base64 each: objects are encrypted under the first, the others read older ones."),
                settings.flag(
                        "storage.encryption-required",
                        false,
                        "Whether objects that were stored before encryption was turned on are refused."),
                settings.duration(
                        "storage.collect-interval",
                        Duration.ofMinutes(1),
                        "The longest time between two looks for bytes that belong to no object any more."),
                settings.table(
                        "storage.buckets.",
                        "Buckets to make at the start: NAME.public, NAME.file_size_limit, NAME.allowed_mime_types."));
    }
}
