package dev.galley.rest;

import dev.galley.query.ResultFormat;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Media types: what a request accepts, and what it brings. */
final class MediaTypes {
    static final String JSON = "application/json";
    static final String CSV = "text/csv";
    static final String FORM = "application/x-www-form-urlencoded";
    static final String TEXT = "text/plain";
    static final String XML = "text/xml";
    static final String OCTETS = "application/octet-stream";
    static final String ANY = "*/*";
    static final String OBJECT = "application/vnd.pgrst.object+json";
    static final String ARRAY = "application/vnd.pgrst.array+json";
    static final String OPENAPI = "application/openapi+json";
    private static final String STRIPPED = ";nulls=stripped";

    private MediaTypes() {}

    /**
     * A format in which rows are answered.
     *
     * @param contentType the header's value
     * @param singular whether exactly one row is asked for
     */
    record Format(ResultFormat format, String contentType, boolean singular) {}

    private static final Format ROWS = new Format(ResultFormat.JSON, JSON + "; charset=utf-8", false);
    private static final Format STRIPPED_ROWS =
            new Format(ResultFormat.JSON_STRIPPED, ARRAY + STRIPPED + "; charset=utf-8", false);
    private static final Format ONE = new Format(ResultFormat.JSON_OBJECT, OBJECT + "; charset=utf-8", true);
    private static final Format STRIPPED_ONE =
            new Format(ResultFormat.JSON_OBJECT_STRIPPED, OBJECT + STRIPPED + "; charset=utf-8", true);
    private static final Format LINES = new Format(ResultFormat.CSV, CSV + "; charset=utf-8", false);

    /** The first format of those accepted, by their quality, that rows can have. */
    static Format negotiate(Optional<String> accept) {
        if (accept.isEmpty() || accept.get().equals(ANY) || accept.get().equals(JSON)) return ROWS;
        List<String> accepted = accepted(accept.get());
        for (String each : accepted) {
            Optional<Format> format = format(each);
            if (format.isPresent()) return format.get();
        }
        throw new RestException(new RestError.NoSuchMediaType(accepted));
    }

    private static Optional<Format> format(String mediaType) {
        boolean stripped = parameter(mediaType, "nulls").equals("stripped");
        return switch (bare(mediaType)) {
            case JSON, ANY, "application/*" -> Optional.of(ROWS);
            case OBJECT, "application/vnd.pgrst.object" -> Optional.of(stripped ? STRIPPED_ONE : ONE);
            case ARRAY, "application/vnd.pgrst.array" -> Optional.of(stripped ? STRIPPED_ROWS : ROWS);
            case CSV, "text/*" -> Optional.of(LINES);
            default -> Optional.empty();
        };
    }

    /** Whether the description of the whole service may be answered. */
    static boolean acceptsOpenApi(Optional<String> accept) {
        return accept.isEmpty()
                || accepted(accept.get()).stream()
                        .map(MediaTypes::bare)
                        .anyMatch(type -> type.equals(OPENAPI) || type.equals(JSON) || type.equals(ANY));
    }

    /** The media type of a body, without parameters, in lower case; JSON when none is given. */
    static String ofBody(Optional<String> contentType) {
        return contentType.map(MediaTypes::bare).orElse(JSON);
    }

    /** The media types of an Accept header, best first, without their quality. */
    static List<String> accepted(String accept) {
        record Weighed(String type, double quality) {}
        List<Weighed> weighed = new ArrayList<>(4);
        for (String each : split(accept)) {
            String type = each.strip();
            if (type.isEmpty()) continue;
            weighed.add(new Weighed(withoutQuality(type), quality(parameter(type, "q"))));
        }
        weighed.sort(Comparator.comparingDouble(Weighed::quality).reversed());
        return weighed.stream().map(Weighed::type).toList();
    }

    /** Splits at commas that are not inside quotes. */
    private static List<String> split(String header) {
        List<String> parts = new ArrayList<>(4);
        boolean quoted = false;
        int start = 0;
        for (int i = 0; i < header.length(); i++) {
            char c = header.charAt(i);
            if (c == '"') quoted = !quoted;
            if (c == ',' && !quoted) {
                parts.add(header.substring(start, i));
                start = i + 1;
            }
        }
        parts.add(header.substring(start));
        return parts;
    }

    private static double quality(String text) {
        if (text.isEmpty()) return 1;
        try {
            return Math.clamp(Double.parseDouble(text), 0, 1);
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    private static String withoutQuality(String type) {
        int at = type.toLowerCase(Locale.ROOT).indexOf(";q=");
        if (at < 0) at = type.toLowerCase(Locale.ROOT).indexOf("; q=");
        return at < 0 ? type : type.substring(0, at).strip();
    }

    private static String bare(String mediaType) {
        int end = mediaType.indexOf(';');
        return (end < 0 ? mediaType : mediaType.substring(0, end)).strip().toLowerCase(Locale.ROOT);
    }

    private static String parameter(String mediaType, String name) {
        String[] parts = mediaType.split(";", -1);
        for (int i = 1; i < parts.length; i++) {
            int equals = parts[i].indexOf('=');
            if (equals > 0 && parts[i].substring(0, equals).strip().equalsIgnoreCase(name)) {
                return parts[i].substring(equals + 1).strip().replace("\"", "");
            }
        }
        return "";
    }
}
