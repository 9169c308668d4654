package dev.galley.storage.bucket;

import dev.galley.storage.error.StorageError;
import java.util.regex.Pattern;

/** What may stand in the list of types that a bucket takes. */
final class MimeTypes {
    private static final Pattern TYPE =
            Pattern.compile("\\*|[a-zA-Z0-9+.-]+/(?:\\*|[a-zA-Z0-9+.-]+(?:;\\s*charset=[a-zA-Z0-9-]+)?)");
    private static final int LONGEST = 1000;

    private MimeTypes() {}

    static void require(String type) {
        if (type.length() > LONGEST || !TYPE.matcher(type).matches()) {
            throw StorageError.invalidMimeType(type.substring(0, Math.min(type.length(), LONGEST)))
                    .thrown();
        }
    }
}
