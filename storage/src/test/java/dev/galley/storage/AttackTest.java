package dev.galley.storage;

import static dev.galley.storage.StorageServer.ALICE;
import static dev.galley.storage.StorageServer.ANON;
import static dev.galley.storage.StorageServer.BOB;
import static dev.galley.storage.StorageServer.SERVICE;
import static dev.galley.storage.StorageServer.bytes;
import static dev.galley.storage.StorageServer.refusal;
import static dev.galley.storage.StorageServer.text;
import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.crypto.MACSigner;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What strangers try: names that climb, tokens for something else, pages that run, addresses that look public. */
class AttackTest {
    private static final String CANARY = "canary-of-the-private-bucket";
    private static final List<String> CLIMBS = List.of(
            "..",
            "../x",
            "a/../../x",
            "%2e%2e/x",
            "..%2fx",
            "%2e%2e%2fx",
            "a/%2e%2e/x",
            "a/..%2f..%2fx",
            ".%2e/x",
            "./x",
            "a/%2e/x");
    private static final List<String> READS = List.of(
            "/object/",
            "/object/public/",
            "/object/authenticated/",
            "/object/info/",
            "/object/info/public/",
            "/object/info/authenticated/",
            "/object/sign/");

    private static StorageServer server;

    @BeforeAll
    static void start() throws Exception {
        server = new StorageServer("""
                insert into storage.buckets (id, name, public) values ('open', 'open', true), ('mine', 'mine', false);
                create policy bob_uploads on storage.objects for insert to authenticated
                  with check (bucket_id = 'mine' and (storage.foldername(name))[1] = (select auth.uid()::text));
                create policy alice_reads on storage.objects for select to authenticated
                  using (bucket_id = 'mine' and auth.uid() = '6f1b1d3e-0000-4000-8000-00000000000a');
                """);
        Files.writeString(server.folder.resolve("x"), CANARY);
        Files.writeString(server.folder.resolve("objects").resolve("x"), CANARY);
        server.upload(SERVICE, "mine/secret.txt", CANARY);
        server.upload(SERVICE, "open/x.txt", "open");
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @ParameterizedTest
    @FieldSource("CLIMBS")
    void aNameThatClimbsIsNoName(String name) throws Exception {
        for (String caller : List.of(SERVICE, BOB)) {
            assertThat(refusal(server.upload(caller, "open/" + name, "x"))).isEqualTo("400 InvalidKey");
            assertThat(refusal(server.send(caller, "PUT", "/object/open/" + name, bytes("x"))))
                    .isEqualTo("400 InvalidKey");
            assertThat(refusal(server.send(caller, "POST", "/object/upload/sign/open/" + name, bytes("{}"))))
                    .isEqualTo("400 InvalidKey");
        }
        for (String route : READS) {
            var answer = server.get(SERVICE, route + "open/" + name);
            assertThat(answer.statusCode()).as(route).isEqualTo(400);
            assertThat(text(answer)).as(route).doesNotContain(CANARY);
        }
        String plain = name.replace("%2e", ".").replace("%2f", "/");
        for (String verb : List.of("copy", "move")) {
            var answer = server.json(
                    SERVICE,
                    "POST",
                    "/object/" + verb,
                    "{'bucketId':'open','sourceKey':'x.txt','destinationKey':'" + plain + "'}");
            assertThat(refusal(answer)).isEqualTo("400 InvalidKey");
        }
        assertThat(server.sql("select count(*) from storage.objects where name like '%..%'"))
                .containsExactly("0");
    }

    @Test
    void aVersionThatSomebodyPutIntoARowIsNoPath() throws Exception {
        server.execute("""
                insert into storage.objects (bucket_id, name, version, metadata)
                values ('open', 'planted', '../../x', '{"size": 5}'), ('open', 'planted2', '../x', '{"size": 5}')
                """);
        assertThat(refusal(server.get(null, "/object/public/open/planted"))).isEqualTo("404 NoSuchKey");
        assertThat(refusal(server.get(null, "/object/public/open/planted2"))).isEqualTo("404 NoSuchKey");

        server.json(SERVICE, "DELETE", "/object/open", "{'prefixes':['planted','planted2']}");
        Eventually.holds(() -> server.sql("select count(*) from galley.object_garbage where version like '..%'")
                .equals(List.of("0")));
        assertThat(server.folder.resolve("x")).exists();
    }

    @ParameterizedTest
    @ValueSource(strings = {"mine", "Mine", "mine%20", "open%2f..%2fmine", "%6dine", "open/../mine"})
    void aPrivateBucketIsClosedOnEveryAddressThatLooksPublic(String bucket) throws Exception {
        for (String route : READS) {
            for (String name : List.of("secret.txt", "/secret.txt", "secret%2etxt")) {
                for (String caller : new String[] {null, ANON, BOB}) {
                    var answer = server.get(caller, route + bucket + "/" + name);
                    assertThat(answer.statusCode()).as(route + bucket).isBetween(400, 499);
                    assertThat(text(answer)).doesNotContain(CANARY);
                    assertThat(server.send(caller, "HEAD", route + bucket + "/" + name, null)
                                    .statusCode())
                            .isBetween(400, 499);
                }
            }
        }
    }

    @Test
    void aTokenOpensOneObjectForOnePurposeUntilItsTime() throws Exception {
        String download = token(server.json(SERVICE, "POST", "/object/sign/mine/secret.txt", "{'expiresIn':60}")
                .path("signedURL")
                .stringValue());
        String upload = server.json(SERVICE, "POST", "/object/upload/sign/mine/new.txt", "{}")
                .path("token")
                .stringValue();

        assertThat(text(server.get(null, "/object/sign/mine/secret.txt?token=" + download)))
                .isEqualTo(CANARY);
        assertThat(signed("mine/other.txt", download)).isEqualTo("400 InvalidSignature");
        assertThat(signed("open/secret.txt", download)).isEqualTo("400 InvalidSignature");
        assertThat(signed("mine/new.txt", upload)).isEqualTo("400 InvalidSignature");
        assertThat(signedUpload("mine/secret.txt", download)).isEqualTo("400 InvalidSignature");
        assertThat(signedUpload("mine/else.txt", upload)).isEqualTo("400 InvalidSignature");
        assertThat(signed("mine/secret.txt", flipped(download))).isEqualTo("400 InvalidJWT");
        assertThat(signed("mine/secret.txt", "")).isEqualTo("400 InvalidJWT");
        assertThat(signed("mine/secret.txt", download + "." + download)).isEqualTo("400 InvalidJWT");

        server.advance(Duration.ofSeconds(61));
        assertThat(signed("mine/secret.txt", download)).isEqualTo("400 ExpiredToken");
        server.advance(Duration.ofHours(2));
        assertThat(signedUpload("mine/new.txt", upload)).isEqualTo("400 ExpiredToken");
        server.advance(Duration.ofSeconds(-61).minusHours(2));
    }

    @Test
    void onlyTokensOfTheProjectAreTaken() throws Exception {
        long later = java.time.Instant.now().getEpochSecond() + 60;
        String good = "{\"url\":\"mine/secret.txt\",\"exp\":" + later + "}";
        assertThat(text(server.get(null, "/object/sign/mine/secret.txt?token=" + jwt(StorageServer.JWT_SECRET, good))))
                .as("one that the project signed before it moved here")
                .isEqualTo(CANARY);
        assertThat(signed("mine/secret.txt", jwt(bytes("somebody else's secret, as long as any"), good)))
                .isEqualTo("400 InvalidJWT");
        assertThat(signed("mine/secret.txt", jwt(StorageServer.JWT_SECRET, good.replace("{", "{\"role\":\"anon\","))))
                .as("a token that says who somebody is")
                .isEqualTo("400 InvalidJWT");
        assertThat(signed("mine/secret.txt", jwt(StorageServer.JWT_SECRET, "{\"url\":\"mine/secret.txt\"}")))
                .as("one without an end")
                .isEqualTo("400 ExpiredToken");
        assertThat(signedUpload("mine/secret.txt", jwt(StorageServer.JWT_SECRET, good)))
                .as("without a scope it is for downloads")
                .isEqualTo("400 InvalidSignature");
        String none = java.util.Base64.getUrlEncoder().withoutPadding().encodeToString(bytes("{\"alg\":\"none\"}"))
                + "."
                + java.util.Base64.getUrlEncoder().withoutPadding().encodeToString(bytes(good))
                + ".";
        assertThat(signed("mine/secret.txt", none)).isEqualTo("400 InvalidJWT");
    }

    @Test
    void aSignedUploadReplacesOnlyWhenItWasSignedForThat() throws Exception {
        server.upload(SERVICE, "mine/there.txt", "old");
        assertThat(refusal(server.json(SERVICE, "POST", "/object/upload/sign/mine/there.txt", "{}")))
                .isEqualTo("409 KeyAlreadyExists");
        String token = server.json(SERVICE, "POST", "/object/upload/sign/mine/there2.txt", "{}")
                .path("token")
                .stringValue();
        server.upload(SERVICE, "mine/there2.txt", "old");
        var forced = server.send(
                null, "PUT", "/object/upload/sign/mine/there2.txt?token=" + token, bytes("new"), "x-upsert", "true");
        assertThat(refusal(forced)).isEqualTo("409 KeyAlreadyExists");
        assertThat(text(server.get(SERVICE, "/object/mine/there2.txt"))).isEqualTo("old");
    }

    @ParameterizedTest
    @ValueSource(strings = {"text/html", "TEXT/HTML; charset=utf-8", "application/xhtml+xml"})
    void aPageIsShownAsText(String type) throws Exception {
        server.upload(SERVICE, "open/page.html", "<script>alert(1)</script>", "Content-Type", type, "x-upsert", "true");
        var answer = server.get(null, "/object/public/open/page.html");
        assertThat(answer.headers().firstValue("content-type")).contains("text/plain");
        assertThat(answer.headers().firstValue("x-content-type-options")).contains("nosniff");
    }

    @Test
    void aPictureThatCouldRunScriptsRunsNone() throws Exception {
        server.upload(
                SERVICE,
                "open/p.svg",
                "<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
                "Content-Type",
                "image/svg+xml");
        var answer = server.get(null, "/object/public/open/p.svg");
        assertThat(answer.headers().firstValue("content-security-policy"))
                .contains("default-src 'none'; style-src 'unsafe-inline'; sandbox");
    }

    @Test
    void headersOfAnswersCannotBeMadeUp() throws Exception {
        String form = "--b\r\nContent-Disposition: form-data; name=\"cacheControl\"\r\n\r\n1\r\nSet-Cookie: a=b\r\n"
                + "--b\r\nContent-Disposition: form-data; name=\"\"; filename=\"x\"\r\n\r\nx\r\n--b--\r\n";
        assertThat(refusal(server.upload(
                        SERVICE, "open/split.txt", form, "Content-Type", "multipart/form-data; boundary=b")))
                .isEqualTo("400 InvalidRequest");
        var answer = server.get(null, "/object/public/open/x.txt?download=a%0d%0aSet-Cookie:%20a=b");
        assertThat(answer.headers().firstValue("set-cookie")).isEmpty();
        assertThat(answer.headers().firstValue("content-disposition").orElseThrow())
                .contains("a%0D%0ASet-Cookie");
    }

    @Test
    void whatIsWriteOnlyForACallerIsNeitherReadNorReplaced() throws Exception {
        String mine = "mine/" + BOB.substring(BOB.indexOf('/') + 1) + "/drop.txt";
        assertThat(server.upload(BOB, mine, "dropped").statusCode()).isEqualTo(200);
        assertThat(refusal(server.get(BOB, "/object/" + mine))).isEqualTo("404 NoSuchKey");
        assertThat(refusal(server.upload(BOB, mine, "again"))).isEqualTo("409 KeyAlreadyExists");
        assertThat(refusal(server.upload(BOB, mine, "again", "x-upsert", "true")))
                .isEqualTo("403 AccessDenied");
        assertThat(text(server.get(ALICE, "/object/" + mine))).isEqualTo("dropped");
    }

    @Test
    void rowsAreNotDeletedPastTheService() {
        assertThat(org.assertj.core.api.Assertions.catchThrowable(
                        () -> server.execute("delete from storage.objects where name = 'secret.txt'")))
                .hasMessageContaining("Direct deletion from storage tables is not allowed");
    }

    private static String signed(String path, String token) throws Exception {
        return refusal(server.get(null, "/object/sign/" + path + "?token=" + token));
    }

    private static String signedUpload(String path, String token) throws Exception {
        return refusal(server.send(null, "PUT", "/object/upload/sign/" + path + "?token=" + token, bytes("x")));
    }

    private static String token(String address) {
        return address.substring(address.indexOf("token=") + "token=".length());
    }

    private static String flipped(String token) {
        int middle = token.indexOf('.') + 10;
        char other = token.charAt(middle) == 'A' ? 'B' : 'A';
        return token.substring(0, middle) + other + token.substring(middle + 1);
    }

    private static String jwt(byte[] secret, String claims) throws Exception {
        JWSObject token = new JWSObject(new JWSHeader(JWSAlgorithm.HS256), new Payload(claims));
        token.sign(new MACSigner(secret));
        return token.serialize();
    }
}
