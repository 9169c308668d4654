package dev.galley.storage.object;

import dev.galley.storage.error.StorageError;
import java.util.regex.Pattern;

/** Which names buckets and objects may have: those that are safe in every tool that speaks the protocols. */
public final class ObjectNames {
    private static final Pattern KEY = Pattern.compile("[A-Za-z0-9_/!.*'() &$=@;:+,?-]+");
    private static final Pattern BUCKET = Pattern.compile("[A-Za-z0-9_!.*'() &$=@;:+,?-]+");
    private static final int LONGEST_KEY = 1024;
    private static final int LONGEST_BUCKET = 100;
    private static final String EMPTY_FOLDER = ".emptyFolderPlaceholder";

    private ObjectNames() {}

    /** @throws dev.galley.storage.error.StorageException when no object may be called so */
    public static String requireKey(String key) {
        if (key.length() > LONGEST_KEY || !KEY.matcher(key).matches() || climbs(key)) {
            throw StorageError.invalidKey(key).thrown();
        }
        return key;
    }

    /** @throws dev.galley.storage.error.StorageException when no bucket may be called so */
    public static String requireBucket(String name) {
        if (name.length() > LONGEST_BUCKET
                || !BUCKET.matcher(name).matches()
                || !name.strip().equals(name)
                || climbs(name)) {
            throw StorageError.invalidBucketName().thrown();
        }
        return name;
    }

    /** A name whose folder is another one for whoever normalizes paths, as browsers, proxies and caches do. */
    private static boolean climbs(String name) {
        for (String part : name.split("/", -1)) {
            if (part.equals(".") || part.equals("..")) {
                return true;
            }
        }
        return false;
    }

    /** What dashboards put into a folder so that it is there. It has no bytes, and no rules of its own. */
    static boolean isEmptyFolder(String key) {
        return key.endsWith(EMPTY_FOLDER);
    }
}
