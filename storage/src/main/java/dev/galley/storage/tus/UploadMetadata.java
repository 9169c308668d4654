package dev.galley.storage.tus;

import dev.galley.storage.error.StorageError;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The header {@code Upload-Metadata}: keys, each with a value in base64, apart by commas. */
record UploadMetadata(Map<String, String> values) {

    static UploadMetadata parse(String header) {
        Map<String, String> values = new HashMap<>();
        for (String pair : header.split(",", -1)) {
            String[] parts = pair.strip().split(" +", 2);
            if (parts[0].isEmpty()) {
                continue;
            }
            try {
                String value = parts.length == 1
                        ? ""
                        : new String(Base64.getDecoder().decode(parts[1].strip()), StandardCharsets.UTF_8);
                if (value.indexOf('\0') >= 0 || values.put(parts[0], value) != null) {
                    throw StorageError.invalidRequest("Upload-Metadata is malformed")
                            .thrown();
                }
            } catch (IllegalArgumentException e) {
                throw StorageError.invalidRequest("Upload-Metadata is not base64")
                        .thrown();
            }
        }
        return new UploadMetadata(Map.copyOf(values));
    }

    Optional<String> get(String key) {
        return Optional.ofNullable(values.get(key)).filter(value -> !value.isEmpty());
    }

    String required(String key) {
        return get(key).orElseThrow(() ->
                StorageError.invalidRequest("Upload-Metadata has no " + key).thrown());
    }
}
