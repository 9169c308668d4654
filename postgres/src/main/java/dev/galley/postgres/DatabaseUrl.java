package dev.galley.postgres;

import dev.galley.postgres.DatabaseAddress.Tcp;
import dev.galley.postgres.DatabaseAddress.Tls;
import dev.galley.postgres.DatabaseAddress.UnixSocket;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Reads and prints connection URLs as libpq defines them ("Connection URIs" in the PostgreSQL manual), for one host. A
 * parameter that would change what the connection does and that we do not know is refused, not ignored. No message repeats
 * the URL, which may hold a password.
 */
final class DatabaseUrl {
    private static final int DEFAULT_PORT = 5432;

    /** Where libpq looks when no host is named; Debian's choice. */
    private static final String DEFAULT_SOCKET_FOLDER = "/var/run/postgresql";

    /** Parameters that are fine to leave to the client: they change no guarantee. */
    private static final Set<String> IGNORED = Set.of(
            "application_name",
            "fallback_application_name",
            "connect_timeout",
            "keepalives",
            "keepalives_idle",
            "keepalives_interval",
            "keepalives_count",
            "tcp_user_timeout");

    /** Parameters whose value must be this one (the only way we work). */
    private static final Map<String, Set<String>> FIXED = Map.of(
            "client_encoding", Set.of("utf8", "UTF8", "utf-8", "UTF-8", "auto"),
            "target_session_attrs", Set.of("any"),
            "gssencmode", Set.of("disable", "prefer"),
            "channel_binding", Set.of("disable", "prefer"),
            "sslrootcert", Set.of("system"));

    private DatabaseUrl() {}

    static DatabaseAddress parse(String url) {
        String rest = afterScheme(url);
        int query = rest.indexOf('?');
        Map<String, String> parameters = query < 0 ? new HashMap<>() : parameters(rest.substring(query + 1));
        String beforeQuery = query < 0 ? rest : rest.substring(0, query);
        int slash = beforeQuery.indexOf('/');
        String authority = slash < 0 ? beforeQuery : beforeQuery.substring(0, slash);
        String path = slash < 0 ? "" : decode(beforeQuery.substring(slash + 1), "database");
        if (authority.indexOf('@') < 0 && authority.indexOf(':') >= 0 && beforeQuery.indexOf('@') >= 0) {
            throw cutPassword();
        }
        int at = authority.lastIndexOf('@');
        String login = at < 0 ? "" : authority.substring(0, at);
        int colon = login.indexOf(':');
        String user = decode(colon < 0 ? login : login.substring(0, colon), "user");
        Optional<String> password =
                colon < 0 ? Optional.empty() : Optional.of(decode(login.substring(colon + 1), "password"));
        HostAndPort hostAndPort = HostAndPort.of(authority.substring(at + 1));

        // As in libpq a parameter wins over the same thing said before it.
        String host = parameters.getOrDefault("host", hostAndPort.host);
        int port = port(parameters.getOrDefault("port", hostAndPort.port));
        user = parameters.getOrDefault("user", user);
        password = Optional.ofNullable(parameters.get("password")).or(valueOf(password));
        String database = parameters.getOrDefault("dbname", path);
        if (host.contains(",")) {
            throw bad("several hosts are not supported: name one");
        }
        if (user.isEmpty()) {
            user = OsUser.current().name();
        }
        if (database.isEmpty()) {
            database = user;
        }
        if (host.isEmpty() || host.startsWith("/")) {
            Path folder = Path.of(host.isEmpty() ? DEFAULT_SOCKET_FOLDER : host);
            return new DatabaseAddress(new UnixSocket(folder, port), database, user, password, Tls.DISABLE);
        }
        return new DatabaseAddress(new Tcp(host, port), database, user, password, tls(parameters));
    }

    private static java.util.function.Supplier<Optional<String>> valueOf(Optional<String> value) {
        return () -> value;
    }

    private static String afterScheme(String url) {
        for (String scheme : new String[] {"postgresql://", "postgres://"}) {
            if (url.startsWith(scheme)) {
                return url.substring(scheme.length());
            }
        }
        throw bad("it must begin with postgresql://");
    }

    private static Map<String, String> parameters(String query) {
        Map<String, String> parameters = new HashMap<>();
        for (String each : query.split("&", -1)) {
            int equals = each.indexOf('=');
            if (equals <= 0 || each.indexOf('=', equals + 1) >= 0) {
                throw bad("a parameter after ? is not of the form name=value");
            }
            String name = decode(each.substring(0, equals), "parameter");
            String value = decode(each.substring(equals + 1), name);
            boolean known = Set.of("host", "port", "user", "password", "dbname", "sslmode")
                            .contains(name)
                    || IGNORED.contains(name)
                    || FIXED.getOrDefault(name, Set.of()).contains(value);
            if (!known && query.indexOf('@') >= 0) {
                throw cutPassword();
            }
            if (!known) {
                throw bad(
                        FIXED.containsKey(name)
                                ? "the parameter " + name + " is only supported with the value "
                                        + String.join(
                                                " or ",
                                                FIXED.get(name).stream()
                                                        .sorted()
                                                        .toList())
                                : "the parameter " + name + " is not supported");
            }
            parameters.put(name, value);
        }
        return parameters;
    }

    private static Tls tls(Map<String, String> parameters) {
        String mode = parameters.getOrDefault("sslmode", "prefer");
        return switch (mode) {
            case "disable" -> Tls.DISABLE;
            // "allow" tries without TLS first; with it first is never less.
            case "allow", "prefer" -> Tls.PREFER;
            case "require" -> Tls.REQUIRE;
            case "verify-ca" -> Tls.VERIFY_CA;
            case "verify-full" -> Tls.VERIFY_FULL;
            default -> throw bad("sslmode must be disable, prefer, require, verify-ca or verify-full");
        };
    }

    private static int port(String text) {
        if (text.isEmpty()) {
            return DEFAULT_PORT;
        }
        try {
            int port = Integer.parseInt(text);
            if (port >= 1 && port <= 65_535) {
                return port;
            }
        } catch (NumberFormatException e) {
            throw bad("the port is not a number (a password with the characters : / @ ? # must be percent-encoded)");
        }
        throw bad("the port must be between 1 and 65535");
    }

    private record HostAndPort(String host, String port) {
        static HostAndPort of(String text) {
            if (text.startsWith("[")) {
                int end = text.indexOf(']');
                if (end < 0 || (end + 1 < text.length() && text.charAt(end + 1) != ':')) {
                    throw bad("the IPv6 address has no closing bracket");
                }
                return new HostAndPort(text.substring(1, end), end + 1 < text.length() ? text.substring(end + 2) : "");
            }
            int colon = text.contains(",") ? -1 : text.indexOf(':');
            return colon < 0
                    ? new HostAndPort(decode(text, "host"), "")
                    : new HostAndPort(decode(text.substring(0, colon), "host"), text.substring(colon + 1));
        }
    }

    private static String decode(String text, String what) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        ByteBuffer decoded = ByteBuffer.allocate(bytes.length);
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] != '%') {
                decoded.put(bytes[i]);
                continue;
            }
            if (i + 2 >= bytes.length || !HexFormat.isHexDigit(bytes[i + 1]) || !HexFormat.isHexDigit(bytes[i + 2])) {
                throw bad("the " + what + " has a % that is not followed by two hexadecimal digits");
            }
            int value = HexFormat.fromHexDigit(bytes[i + 1]) * 16 + HexFormat.fromHexDigit(bytes[i + 2]);
            if (value == 0) {
                throw bad("the " + what + " contains %00");
            }
            decoded.put((byte) value);
            i += 2;
        }
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(decoded.flip()).toString();
        } catch (CharacterCodingException e) {
            throw bad("the " + what + " is not UTF-8");
        }
    }

    /** Its parts would be taken for host, port and names, and be repeated in messages. */
    private static PostgresException cutPassword() {
        return bad("a password with the characters : / @ ? # must be percent-encoded");
    }

    private static PostgresException bad(String why) {
        return new PostgresException(
                PostgresException.Kind.BAD_ADDRESS,
                "not a database URL: " + why + ". Expected postgresql://user:password@host:port/database");
    }

    /** With the password, if there is one: for the user who asks for it, never for a log. */
    static String print(DatabaseAddress address) {
        String login = encode(address.user())
                + address.password().map(password -> ":" + encode(password)).orElse("") + "@";
        return switch (address.endpoint()) {
            case UnixSocket socket ->
                "postgresql://" + login + "/" + encode(address.database()) + "?host="
                        + encode(socket.directory().toString()).replace("%2F", "/")
                        + (socket.port() == DEFAULT_PORT ? "" : "&port=" + socket.port());
            case Tcp tcp ->
                "postgresql://" + login + (tcp.host().contains(":") ? "[" + tcp.host() + "]" : encode(tcp.host())) + ":"
                        + tcp.port() + "/" + encode(address.database())
                        + (address.tls() == Tls.PREFER ? "" : "?sslmode=" + sslMode(address.tls()));
        };
    }

    /** libpq's name of the mode. */
    static String sslMode(Tls tls) {
        return tls.name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
    }

    private static String encode(String text) {
        StringBuilder encoded = new StringBuilder();
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            if ((b >= '0' && b <= '9') || (b >= 'a' && b <= 'z') || (b >= 'A' && b <= 'Z') || "-._~".indexOf(b) >= 0) {
                encoded.append((char) b);
            } else {
                encoded.append('%').append(HexFormat.of().withUpperCase().toHexDigits(b));
            }
        }
        return encoded.toString();
    }
}
