package dev.galley.rest;

import dev.galley.query.Representation;
import dev.galley.query.ResultFormat;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Names of media types: what a request accepts, and what it brings. {@link Negotiation} chooses among them. */
final class MediaTypes {
    static final String JSON = "application/json";
    static final String GEO_JSON = "application/geo+json";
    static final String CSV = "text/csv";
    static final String FORM = "application/x-www-form-urlencoded";
    static final String TEXT = "text/plain";
    static final String XML = "text/xml";
    static final String OCTETS = "application/octet-stream";
    static final String ANY = "*/*";
    static final String OBJECT = "application/vnd.pgrst.object+json";
    static final String ARRAY = "application/vnd.pgrst.array+json";
    static final String PLAN = "application/vnd.pgrst.plan";
    static final String OPENAPI = "application/openapi+json";
    static final String STRIPPED = ";nulls=stripped";
    static final String CHARSET = "; charset=utf-8";

    private MediaTypes() {}

    /**
     * A format in which rows are answered.
     *
     * @param contentType the header's value
     * @param singular whether exactly one row is asked for
     */
    record Format(Representation representation, String contentType, boolean singular) {}

    static final Format ROWS = new Format(ResultFormat.JSON, JSON + CHARSET, false);
    static final Format STRIPPED_ROWS = new Format(ResultFormat.JSON_STRIPPED, ARRAY + STRIPPED + CHARSET, false);
    static final Format ONE = new Format(ResultFormat.JSON_OBJECT, OBJECT + CHARSET, true);
    static final Format STRIPPED_ONE = new Format(ResultFormat.JSON_OBJECT_STRIPPED, OBJECT + STRIPPED + CHARSET, true);
    static final Format LINES = new Format(ResultFormat.CSV, CSV + CHARSET, false);

    /** The header of a media type of the database. */
    static String contentType(String mediaType) {
        return switch (mediaType) {
            case JSON, GEO_JSON, CSV, TEXT, XML, OPENAPI, FORM -> mediaType + CHARSET;
            default -> mediaType;
        };
    }

    /** Whether the description of the whole service may be answered. */
    static boolean acceptsOpenApi(Optional<String> accept) {
        return accept.isEmpty()
                || accepted(accept.get()).stream()
                        .map(MediaType::name)
                        .anyMatch(name -> name.equals(OPENAPI) || name.equals(JSON) || name.equals(ANY));
    }

    /** The media type of a body, without parameters, in lower case; JSON when none is given. */
    static String ofBody(Optional<String> contentType) {
        return contentType.map(text -> MediaType.parse(text).name()).orElse(JSON);
    }

    /** The media types of an Accept header, best first. */
    static List<MediaType> accepted(String accept) {
        List<MediaType> types = new ArrayList<>(4);
        for (String each : split(accept)) {
            if (!each.isBlank()) types.add(MediaType.parse(each));
        }
        types.sort(Comparator.comparingDouble(MediaType::quality).reversed());
        return types;
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
}
