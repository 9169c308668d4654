package dev.galley.storage.edge;

import dev.galley.storage.error.StorageError;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads a {@code multipart/form-data} body part by part, as it comes (RFC 7578, RFC 2046 section 5.1). The name of a part may be empty: the
 * clients call the file so.
 */
public final class MultipartReader {
    private static final Pattern BOUNDARY =
            Pattern.compile("boundary=(?:\"([^\"]{1,70})\"|([^;\\s]{1,70}))", Pattern.CASE_INSENSITIVE);
    private static final Pattern PARAMETER = Pattern.compile(
            ";\\s*(filename|name)\\s*=\\s*(?:\"((?:[^\"\\\\]|\\\\.)*)\"|([^;\\s]*))", Pattern.CASE_INSENSITIVE);
    private static final int MOST_HEADERS = 16 * 1024;

    private final InputStream in;
    private final byte[] delimiter;
    private final byte[] buffer = new byte[64 * 1024];
    private int start;
    private int end;
    private boolean last;

    private MultipartReader(InputStream in, String boundary) {
        this.in = in;
        this.delimiter = ("\r\n--" + boundary).getBytes(StandardCharsets.ISO_8859_1);
        // So that the first delimiter, at the very start, is like all others.
        buffer[0] = '\r';
        buffer[1] = '\n';
        end = 2;
    }

    /** @throws dev.galley.storage.error.StorageException when the content type names no boundary */
    public static MultipartReader of(InputStream body, String contentType) {
        Matcher boundary = BOUNDARY.matcher(contentType);
        if (!boundary.find()) {
            throw StorageError.invalidRequest("No content provided").thrown();
        }
        return new MultipartReader(body, Optional.ofNullable(boundary.group(1)).orElseGet(() -> boundary.group(2)));
    }

    /**
     * One part; its content must be read before the next is asked for.
     *
     * @param fileName empty when it has none: it is a plain field then
     * @param contentType empty when it has none
     */
    public record Part(String name, Optional<String> fileName, Optional<String> contentType, InputStream content) {

        /** @throws dev.galley.storage.error.StorageException when there is more of it */
        public String text(int most, String what) throws IOException {
            byte[] bytes = content.readNBytes(most + 1);
            if (bytes.length > most) {
                throw StorageError.entityTooLarge(what).thrown();
            }
            return new String(bytes, StandardCharsets.UTF_8);
        }
    }

    /** The next part, or empty at the end. */
    public Optional<Part> next() throws IOException {
        if (last) {
            return Optional.empty();
        }
        // What is left of the part before, or the preamble.
        new Content().transferTo(java.io.OutputStream.nullOutputStream());
        start += delimiter.length;
        String line = line(2);
        if (line.startsWith("--")) {
            last = true;
            return Optional.empty();
        }
        Map<String, String> headers = new HashMap<>();
        int size = 0;
        for (String header = line(MOST_HEADERS); !header.isEmpty(); header = line(MOST_HEADERS)) {
            size += header.length();
            int colon = header.indexOf(':');
            if (colon < 0 || size > MOST_HEADERS) {
                throw malformed();
            }
            headers.put(
                    header.substring(0, colon).strip().toLowerCase(Locale.ROOT),
                    header.substring(colon + 1).strip());
        }
        Map<String, String> parameters = new HashMap<>();
        Matcher parameter = PARAMETER.matcher(headers.getOrDefault("content-disposition", ""));
        while (parameter.find()) {
            parameters.put(
                    parameter.group(1).toLowerCase(Locale.ROOT),
                    Optional.ofNullable(parameter.group(2)).orElseGet(() -> parameter.group(3)));
        }
        return Optional.of(new Part(
                parameters.getOrDefault("name", ""),
                Optional.ofNullable(parameters.get("filename")),
                Optional.ofNullable(headers.get("content-type")),
                new Content()));
    }

    /** Up to the end of a line, or {@code --} behind the last delimiter. */
    private String line(int most) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        while (line.size() <= most) {
            if (start == end && !fill()) {
                throw malformed();
            }
            byte next = buffer[start++];
            if (next == '\n') {
                String text = line.toString(StandardCharsets.UTF_8);
                return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
            }
            line.write(next);
            if (most == 2
                    && line.size() == 2
                    && line.toString(StandardCharsets.ISO_8859_1).equals("--")) {
                return "--";
            }
        }
        throw malformed();
    }

    private boolean fill() throws IOException {
        if (start > 0) {
            System.arraycopy(buffer, start, buffer, 0, end - start);
            end -= start;
            start = 0;
        }
        int count = in.read(buffer, end, buffer.length - end);
        end += Math.max(0, count);
        return count > 0;
    }

    private static RuntimeException malformed() {
        return StorageError.invalidRequest("The multipart body is malformed").thrown();
    }

    /** From here to the next delimiter. */
    private final class Content extends InputStream {

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] into, int at, int length) throws IOException {
            if (length == 0) {
                return 0;
            }
            while (true) {
                int sure = certain();
                if (sure > 0) {
                    int count = Math.min(sure, length);
                    System.arraycopy(buffer, start, into, at, count);
                    start += count;
                    return count;
                }
                if (sure == 0) {
                    return -1;
                }
                if (last || !fill()) {
                    if (last) {
                        return -1;
                    }
                    throw malformed();
                }
            }
        }

        /** How many bytes from here on are content for sure; 0: here is the delimiter; -1: more must be read to know. */
        private int certain() {
            for (int i = start; i < end; i++) {
                int matched = 0;
                while (matched < delimiter.length && i + matched < end && buffer[i + matched] == delimiter[matched]) {
                    matched++;
                }
                if (matched == delimiter.length) {
                    return i - start;
                }
                if (i + matched == end) {
                    return i > start ? i - start : -1;
                }
            }
            return end > start ? end - start : -1;
        }
    }
}
