package dev.galley.rest;

import java.io.OutputStream;
import java.util.Collection;
import java.util.Optional;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/** JSON in the forms that a description is made of. */
final class OpenApiWriter implements AutoCloseable {
    private static final JsonFactory JSON = new JsonFactory();

    private final JsonGenerator json;

    OpenApiWriter(OutputStream out) {
        json = JSON.createGenerator(ObjectWriteContext.empty(), out);
    }

    /** An object without a name: the whole, or an element of an array. */
    void object(Runnable members) {
        json.writeStartObject();
        members.run();
        json.writeEndObject();
    }

    void object(String name, Runnable members) {
        json.writeName(name);
        object(members);
    }

    void array(String name, Runnable elements) {
        json.writeName(name);
        json.writeStartArray();
        elements.run();
        json.writeEndArray();
    }

    void text(String name, String value) {
        json.writeStringProperty(name, value);
    }

    void text(String name, Optional<String> value) {
        value.ifPresent(text -> text(name, text));
    }

    void texts(String name, Collection<String> values) {
        array(name, () -> values.forEach(json::writeString));
    }

    void flag(String name, boolean value) {
        json.writeBooleanProperty(name, value);
    }

    void number(String name, int value) {
        json.writeNumberProperty(name, value);
    }

    /** @param value JSON text */
    void raw(String name, String value) {
        json.writeName(name);
        json.writeRawValue(value);
    }

    /** An element or member value that points to another place of the description. */
    void reference(String section, String name) {
        text("$ref", "#/" + section + "/" + name.replace("~", "~0").replace("/", "~1"));
    }

    /** The first line of a comment as the summary, what follows as the description. */
    void comment(Optional<String> comment) {
        comment.ifPresent(text -> {
            text("summary", Comment.of(text).title());
            text("description", Comment.of(text).rest());
        });
    }

    @Override
    public void close() {
        json.close();
    }

    /** A comment in the database: its first line, and what follows after empty lines. */
    record Comment(Optional<String> title, Optional<String> rest) {
        static Comment of(String text) {
            int end = text.indexOf('\n');
            if (end < 0) return new Comment(Optional.of(text), Optional.empty());
            int next = end;
            while (next < text.length() && text.charAt(next) == '\n') next++;
            return new Comment(
                    Optional.of(text.substring(0, end)).filter(title -> !title.isEmpty()),
                    Optional.of(text.substring(next)).filter(rest -> !rest.isEmpty()));
        }
    }
}
