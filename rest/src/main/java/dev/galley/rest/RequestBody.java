package dev.galley.rest;

import dev.galley.http.JsonText;
import dev.galley.query.Bindings;
import dev.galley.query.Payload;
import dev.galley.schema.Relation;
import dev.galley.schema.SchemaModel;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What a request brings: the rows of a write, or the arguments of a call. */
final class RequestBody {
    private static final byte[] NO_ARGUMENTS = {'{', '}'};

    private final JsonBody json;

    RequestBody(JsonBody json) {
        this.json = json;
    }

    /**
     * The arguments of a call.
     *
     * @param mediaType of the body
     * @param bytes the body, JSON also where nothing came
     * @param keys the names that a JSON object gives
     * @param form the fields of a form
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared; a copy of a large body would cost
    record Arguments(String mediaType, byte[] bytes, List<String> keys, List<QueryString.Parameter> form) {}

    /** @param columns those that the caller listed; then the body's own keys do not matter */
    Payload rows(byte[] body, String mediaType, Optional<List<String>> columns, Bindings bindings) {
        return switch (mediaType) {
            case MediaTypes.JSON -> jsonRows(body, columns, bindings);
            case MediaTypes.CSV -> {
                CsvBody.Converted csv = CsvBody.convert(body);
                yield new Payload(bindings.add(csv.json()), false, columns.orElse(csv.keys()));
            }
            case MediaTypes.FORM -> {
                Map<String, String> fields = new TreeMap<>();
                form(body).parameters().forEach(field -> fields.put(field.name(), field.value()));
                yield new Payload(bindings.add(object(fields)), true, columns.orElse(List.copyOf(fields.keySet())));
            }
            default -> throw new RestException(new RestError.UnsupportedContentType(mediaType));
        };
    }

    /** What stands inside the rows of a JSON body whose keys are not all columns. */
    NestedBody.Rows nestedRows(byte[] body, Relation relation, SchemaModel schema, Optional<List<String>> columns) {
        return json.read(body, in -> NestedBody.read(in, relation, schema, columns));
    }

    private Payload jsonRows(byte[] body, Optional<List<String>> columns, Bindings bindings) {
        JsonBody.Shape shape = json.shape(body);
        return switch (shape.kind()) {
            case OBJECT -> new Payload(bindings.add(body), true, columns.orElse(shape.keys()));
            case ARRAY -> {
                if (columns.isEmpty() && !shape.uniform()) {
                    throw new RestException(new RestError.BadBody("All object keys must match"));
                }
                yield new Payload(bindings.add(body), false, columns.orElse(shape.keys()));
            }
            case SCALAR ->
                throw new RestException(new RestError.BadBody("The body must be a JSON object or an array of them"));
        };
    }

    Arguments arguments(byte[] body, String mediaType, Optional<List<String>> columns) {
        return switch (mediaType) {
            case MediaTypes.JSON -> {
                if (body.length == 0) yield new Arguments(mediaType, NO_ARGUMENTS, List.of(), List.of());
                JsonBody.Shape shape = json.shape(body);
                if (columns.isEmpty() && shape.kind() == JsonBody.Kind.ARRAY && !shape.uniform()) {
                    throw new RestException(new RestError.BadBody("All object keys must match"));
                }
                yield new Arguments(mediaType, body, columns.orElse(shape.keys()), List.of());
            }
            case MediaTypes.FORM ->
                new Arguments(mediaType, body, List.of(), form(body).parameters());
            case MediaTypes.CSV -> {
                CsvBody.Converted csv = CsvBody.convert(body);
                yield new Arguments(MediaTypes.JSON, csv.json(), csv.keys(), List.of());
            }
            case MediaTypes.TEXT, MediaTypes.XML, MediaTypes.OCTETS ->
                new Arguments(mediaType, body, List.of(), List.of());
            default -> throw new RestException(new RestError.UnsupportedContentType(mediaType));
        };
    }

    private static QueryString form(byte[] body) {
        try {
            return QueryString.parse(StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(body))
                    .toString());
        } catch (CharacterCodingException e) {
            throw new RestException(new RestError.BadBody("The body is not UTF-8"));
        }
    }

    private static byte[] object(Map<String, String> fields) {
        StringBuilder object = new StringBuilder("{");
        fields.forEach((name, value) -> {
            if (object.length() > 1) object.append(',');
            JsonText.quote(object, name);
            object.append(':');
            JsonText.quote(object, value);
        });
        return object.append('}').toString().getBytes(StandardCharsets.UTF_8);
    }
}
