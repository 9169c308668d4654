package dev.galley.identity;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import dev.galley.settings.SettingsException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.text.ParseException;
import java.time.Clock;
import java.time.Instant;
import java.util.Base64;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The secrets of a project, made once and kept in a file that only its owner may read.
 *
 * <p>The file appears whole or not at all: it is written under another name, forced to disk, and then linked to its own
 * name, which fails when that exists. Two programs that start at once therefore end with the keys of the first.
 */
record KeyFile(Instant created, String jwtSecret, String publishableKey, String secretKey, ECKey signingKey) {
    private static final System.Logger LOG = System.getLogger(KeyFile.class.getName());
    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rw-------");

    static KeyFile readOrCreate(Path file, SecureRandom random, Clock clock) {
        try {
            if (!Files.exists(file)) {
                create(file, generate(random, clock));
            }
            return read(file);
        } catch (IOException e) {
            throw new SettingsException("The key file " + file + " cannot be read or made: "
                    + e.getClass().getSimpleName());
        }
    }

    private static KeyFile generate(SecureRandom random, Clock clock) {
        try {
            byte[] secret = new byte[48];
            random.nextBytes(secret);
            return new KeyFile(
                    Instant.ofEpochSecond(clock.instant().getEpochSecond()),
                    Base64.getUrlEncoder().withoutPadding().encodeToString(secret),
                    ApiKeys.generate(ApiKeys.PUBLISHABLE_PREFIX, random),
                    ApiKeys.generate(ApiKeys.SECRET_PREFIX, random),
                    new ECKeyGenerator(Curve.P_256)
                            .keyUse(KeyUse.SIGNATURE)
                            .algorithm(com.nimbusds.jose.JWSAlgorithm.ES256)
                            .keyIDFromThumbprint(true)
                            .secureRandom(random)
                            .generate());
        } catch (JOSEException e) {
            throw new IllegalStateException("every Java platform has P-256", e);
        }
    }

    private static void create(Path file, KeyFile keys) throws IOException {
        Path folder = file.toAbsolutePath().getParent();
        Files.createDirectories(folder);
        // Asked of the system, not of the folder's file store: a chroot shows no mount for that.
        boolean posix = file.getFileSystem().supportedFileAttributeViews().contains("posix");
        FileAttribute<?>[] attributes = posix
                ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(OWNER_ONLY)}
                : new FileAttribute<?>[0];
        Path draft = Files.createTempFile(folder, ".keys", ".new", attributes);
        try {
            Files.writeString(draft, keys.toJson());
            try (FileChannel channel = FileChannel.open(draft, StandardOpenOption.WRITE)) {
                channel.force(true);
            }
            publish(draft, file);
        } catch (FileAlreadyExistsException e) {
            LOG.log(System.Logger.Level.DEBUG, "another program has made {0} meanwhile", file);
        } finally {
            Files.deleteIfExists(draft);
        }
    }

    private static void publish(Path draft, Path file) throws IOException {
        try {
            Files.createLink(file, draft);
        } catch (FileAlreadyExistsException e) {
            throw e;
        } catch (UnsupportedOperationException | FileSystemException e) {
            LOG.log(System.Logger.Level.DEBUG, "{0} is on a file system without links", file);
            Files.move(draft, file);
        }
    }

    private static KeyFile read(Path file) throws IOException {
        tighten(file);
        JsonNode json = StrictJson.object(Files.readAllBytes(file))
                .orElseThrow(() -> damaged(file))
                .object();
        try {
            String secret = text(json, "jwt_secret");
            if (secret.length() < IdentitySettings.MIN_SECRET_LENGTH) {
                throw damaged(file);
            }
            return new KeyFile(
                    Instant.ofEpochSecond(json.path("created").asLong(0)),
                    secret,
                    text(json, "publishable_key"),
                    text(json, "secret_key"),
                    ECKey.parse(StrictJson.write(json.path("signing_key"))));
        } catch (ParseException e) {
            throw damaged(file);
        }
    }

    private static String text(JsonNode json, String name) throws ParseException {
        String value = json.path(name).asString("");
        if (value.isEmpty()) {
            throw new ParseException(name, 0);
        }
        return value;
    }

    private static SettingsException damaged(Path file) {
        return new SettingsException(
                "The key file " + file + " is damaged. Bring it back from a backup, or remove it to get"
                        + " new keys: every key and token given out so far then ends.");
    }

    private static void tighten(Path file) throws IOException {
        try {
            if (!Files.getPosixFilePermissions(file).equals(OWNER_ONLY)) {
                LOG.log(System.Logger.Level.WARNING, "{0} could be read by others; that is mended now", file);
                Files.setPosixFilePermissions(file, OWNER_ONLY);
            }
        } catch (UnsupportedOperationException e) {
            LOG.log(System.Logger.Level.DEBUG, "{0} is on a file system without permissions", file);
        }
    }

    private String toJson() {
        ObjectNode json = StrictJson.newObject();
        json.put("created", created.getEpochSecond());
        json.put("jwt_secret", jwtSecret);
        json.put("publishable_key", publishableKey);
        json.put("secret_key", secretKey);
        json.set("signing_key", StrictJson.read(signingKey.toJSONString()));
        return StrictJson.write(json) + "\n";
    }

    /** Never prints a secret. */
    @Override
    public String toString() {
        return "KeyFile[created=" + created + "]";
    }
}
