package dev.galley.storage.bucket;

import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;

/**
 * What the rules of a bucket are.
 *
 * @param open whether everybody may read its objects
 * @param fileSizeLimit bytes of an object; empty for that of the service
 * @param allowedMimeTypes such as {@code image/*}; empty for all
 */
public record Bucket(String id, boolean open, OptionalLong fileSizeLimit, List<String> allowedMimeTypes) {

    /** Whether an object of this type, with or without parameters, may be in it. */
    public boolean allows(String mimeType) {
        String given = essence(mimeType);
        int slash = given.indexOf('/');
        if (allowedMimeTypes.isEmpty()) {
            return true;
        }
        return slash > 0
                && allowedMimeTypes.stream()
                        .map(Bucket::essence)
                        .anyMatch(allowed -> allowed.equals("*")
                                || allowed.equals(given)
                                || allowed.equals(given.substring(0, slash) + "/*"));
    }

    private static String essence(String mimeType) {
        return mimeType.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
    }
}
