package dev.galley.auth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.galley.auth.AuthServer.Answer;
import dev.galley.auth.Wallets.Wallet;
import dev.galley.identity.StrictJson;
import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** Signing in with wallets, and messages that are forged, stolen, old, or meant for somebody else. */
class Web3Test {
    private static final AuthServer SERVER = AuthServer.start(
            "auth.web3.solana.enabled=true",
            "auth.web3.ethereum.enabled=true",
            "auth.site-url=https://app.example.com",
            "auth.additional-redirect-urls=http://127.0.0.1:3000/**");

    @AfterAll
    static void stop() {
        SERVER.close();
    }

    private static String chain(Wallet wallet) {
        return wallet instanceof Wallets.Ethereum ? "ethereum" : "solana";
    }

    private static List<Wallet> both() {
        return List.of(new Wallets.Ethereum(), new Wallets.Solana());
    }

    /** @param changes of a good message; "-" leaves a field out */
    private static String message(Wallet wallet, String... changes) {
        boolean ethereum = wallet instanceof Wallets.Ethereum;
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put("domain", "app.example.com");
        fields.put("address", wallet.address());
        fields.put("statement", "Sign in, please.");
        fields.put("URI", "https://app.example.com/welcome");
        fields.put("Version", "1");
        fields.put("Chain ID", ethereum ? "1" : "-");
        fields.put("Nonce", Long.toString(System.nanoTime()));
        fields.put("Issued At", SERVER.clock.instant().toString());
        for (int i = 0; i < changes.length; i += 2) {
            fields.put(changes[i], changes[i + 1]);
        }
        fields.values().removeIf(value -> value.equals("-"));
        StringBuilder text = new StringBuilder(fields.remove("domain"))
                .append(" wants you to sign in with your ")
                .append(ethereum ? "Ethereum" : "Solana")
                .append(" account:\n")
                .append(fields.remove("address"))
                .append("\n\n");
        String statement = fields.remove("statement");
        if (statement != null) {
            text.append(statement).append("\n\n");
        }
        List<String> lines = new ArrayList<>();
        fields.forEach((name, value) -> lines.add(name + ": " + value));
        return text + String.join("\n", lines);
    }

    private static Answer send(String chain, String message, String signature) {
        return SERVER.post(
                "/token?grant_type=web3",
                StrictJson.write(StrictJson.newObject()
                        .put("chain", chain)
                        .put("message", message)
                        .put("signature", signature)));
    }

    private static Answer signIn(Wallet wallet, String... changes) {
        String message = message(wallet, changes);
        return send(chain(wallet), message, wallet.sign(message));
    }

    private static void refused(String why, Answer answer) {
        assertThat(answer.status()).as(why + ": " + answer.response().body()).isEqualTo(400);
        assertThat(answer.text("message")).contains(why);
    }

    @Test
    void aWalletIsAUser() {
        for (Wallet wallet : both()) {
            Answer first = signIn(wallet);
            assertThat(first.status()).as(first.response().body()).isEqualTo(200);
            assertThat(first.json().at("/user/app_metadata/provider").asString(""))
                    .isEqualTo("web3");
            assertThat(first.json().at("/user/email").asString("")).isEmpty();
            assertThat(first.json()
                            .at("/user/user_metadata/custom_claims/address")
                            .asString(""))
                    .isEqualTo(wallet.address());
            assertThat(first.json().at("/user/identities/0/id").asString(""))
                    .isEqualTo("web3:" + chain(wallet) + ":" + wallet.address());
            assertThat(OAuthApp.claims(first.text("access_token"))
                            .at("/amr/0/method")
                            .asString(""))
                    .isEqualTo("web3");
            Answer again = signIn(wallet, "statement", "-");
            assertThat(again.json().at("/user/id")).isEqualTo(first.json().at("/user/id"));
            assertThat(SERVER.refresh(again.text("refresh_token")).status()).isEqualTo(200);
        }
    }

    @Test
    void capitalsOfAnEthereumAddressAreTheSameWallet() {
        Wallet wallet = new Wallets.Ethereum();
        Answer small = signIn(wallet);
        Answer capitals =
                signIn(wallet, "address", "0x" + wallet.address().substring(2).toUpperCase(Locale.ROOT));
        assertThat(capitals.json().at("/user/id")).isEqualTo(small.json().at("/user/id"));
    }

    @Test
    void aSolanaHardwareWalletSignsAnEnvelope() {
        Wallets.Solana wallet = new Wallets.Solana();
        String message = message(wallet);
        byte[] text = message.getBytes(StandardCharsets.UTF_8);
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        whole.writeBytes("\u00ffsolana offchain\0".getBytes(StandardCharsets.ISO_8859_1));
        whole.writeBytes(java.util.Arrays.copyOf("app.example.com".getBytes(StandardCharsets.UTF_8), 32));
        whole.writeBytes(new byte[] {0, 1});
        whole.writeBytes(wallet.publicKey);
        whole.writeBytes(new byte[] {(byte) text.length, (byte) (text.length >> 8)});
        whole.writeBytes(text);
        Answer answer = send("solana", message, wallet.signBytes(whole.toByteArray()));
        assertThat(answer.status()).as(answer.response().body()).isEqualTo(200);
    }

    @Test
    void aLocalSiteMayBeWithoutTls() {
        for (Wallet wallet : both()) {
            assertThat(signIn(wallet, "domain", "127.0.0.1:3000", "URI", "http://127.0.0.1:3000/x")
                            .status())
                    .isEqualTo(200);
        }
    }

    @Test
    void aMessageSignsInOnce() throws Exception {
        for (Wallet wallet : both()) {
            String message = message(wallet);
            String signature = wallet.sign(message);
            List<Callable<Answer>> calls = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                calls.add(() -> send(chain(wallet), message, signature));
            }
            int success = 0;
            try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
                for (var call : threads.invokeAll(calls)) {
                    success += call.get().status() == 200 ? 1 : 0;
                }
            }
            assertThat(success).isEqualTo(1);
            refused("used already", send(chain(wallet), message, signature));
            SERVER.clock.forward(Duration.ofMinutes(11));
            refused("too long ago", send(chain(wallet), message, signature));
        }
    }

    @Test
    void anotherSignatureOfTheSameMessageIsAReplayToo() {
        Wallet wallet = new Wallets.Ethereum();
        String message = message(wallet);
        String signature = wallet.sign(message);
        assertThat(send("ethereum", message, signature).status()).isEqualTo(200);
        // (r, n - s) with the other key is as good: signatures can be changed by everybody.
        BigInteger order = new BigInteger("fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141", 16);
        BigInteger s = new BigInteger(signature.substring(66, 130), 16);
        String other = signature.substring(0, 66)
                + Wallets.Ethereum.hex(order.subtract(s))
                + (signature.endsWith("1b") ? "1c" : "1b");
        refused("used already", send("ethereum", message, other));
    }

    @Test
    void aMessageForAnotherSiteIsRefused() {
        for (Wallet wallet : both()) {
            refused("another app", signIn(wallet, "domain", "evil.example", "URI", "https://evil.example/"));
            refused("does not match", signIn(wallet, "domain", "evil.example"));
            refused("does not match", signIn(wallet, "domain", "app.example.com:444"));
            refused("another app", signIn(wallet, "URI", "https://evil.example/"));
            refused("does not use HTTPS", signIn(wallet, "URI", "http://app.example.com/"));
            refused("URI is not valid", signIn(wallet, "URI", "https://app.example.com@evil.example/"));
            refused("URI is not valid", signIn(wallet, "URI", "javascript:alert(1)"));
            refused("first line", signIn(wallet, "domain", "app.example.com evil.example"));
            refused("scheme of the domain", signIn(wallet, "domain", "http://app.example.com"));
        }
    }

    @Test
    void aMessageThatIsNotForNowIsRefused() {
        for (Wallet wallet : both()) {
            var now = SERVER.clock.instant();
            refused(
                    "too long ago",
                    signIn(wallet, "Issued At", now.minusSeconds(601).toString()));
            refused(
                    "too far in the future",
                    signIn(wallet, "Issued At", now.plusSeconds(601).toString()));
            refused("is expired", signIn(wallet, "Expiration Time", now.toString()));
            refused(
                    "becomes valid in the future",
                    signIn(wallet, "Not Before", now.plusSeconds(1).toString()));
            refused("Issued At is not specified", signIn(wallet, "Issued At", "-"));
            refused("too far in the future", signIn(wallet, "Issued At", "+999999999-12-31T23:59:59Z"));
            refused("ISO8601", signIn(wallet, "Issued At", "yesterday"));
        }
    }

    @Test
    void whatTheHolderHasNotSignedIsRefused() {
        for (Wallet wallet : both()) {
            String message = message(wallet);
            String changed = message.replace("please", "now!!!");
            refused("Signature does not match", send(chain(wallet), changed, wallet.sign(message)));
            Wallet other = wallet instanceof Wallets.Ethereum ? new Wallets.Ethereum() : new Wallets.Solana();
            refused("Signature does not match", send(chain(wallet), message, other.sign(message)));
            refused(
                    "Signature does not match",
                    send(
                            chain(wallet),
                            message,
                            wallet instanceof Wallets.Ethereum
                                    ? "0x" + "0".repeat(130)
                                    : Base64.getEncoder().encodeToString(new byte[64])));
            refused(
                    "Signature does not match",
                    send(
                            chain(wallet),
                            message,
                            wallet instanceof Wallets.Ethereum
                                    ? "0x" + "f".repeat(130)
                                    : Base64.getEncoder()
                                            .encodeToString("\u00ff"
                                                    .repeat(64)
                                                    .substring(0, 32)
                                                    .getBytes(StandardCharsets.UTF_8))));
        }
    }

    @Test
    void theSignatureMustMeanTheWholeMessage() {
        for (Wallet wallet : both()) {
            refused("URI is there twice", signIn(wallet, "Nonce", "1\nURI: https://app.example.com/other"));
            refused("unparsable line", signIn(wallet, "Nonce", "1\nsomething else"));
            refused("unparsable line", signIn(wallet, "Nonce", "1\nUnknown: field"));
            refused("Version", signIn(wallet, "Version", "2"));
            refused("third line", signIn(wallet, "address", wallet.address() + "\nx"));
            assertThat(signIn(wallet, "Nonce", "1\nResources:\n- https://app.example.com/a\n- ipfs://x")
                            .status())
                    .isEqualTo(200);
        }
        refused("Chain ID", signIn(new Wallets.Ethereum(), "Chain ID", "-"));
        refused("Chain ID", signIn(new Wallets.Solana(), "Chain ID", "bitcoin"));
    }

    @Test
    void aKeyOfSmallOrderIsNobodys() {
        // The 32 zero bytes are a point of order 4: with R and S of the neutral element one in four messages
        // "verifies".
        String address = Wallets.base58(new byte[32]);
        byte[] neutral = new byte[64];
        neutral[0] = 1;
        Wallet nobody = new Wallet() {
            @Override
            public String address() {
                return address;
            }

            @Override
            public String sign(String message) {
                return Base64.getEncoder().encodeToString(neutral);
            }
        };
        for (int i = 0; i < 40; i++) {
            refused("Signature does not match", signIn(nobody));
        }
    }

    @Test
    void badInputIsToldAndChangesNothing() {
        String before = SERVER.query("select count(*) from auth.users").getFirst();
        for (String body : List.of(
                "{}",
                "{\"chain\":\"bitcoin\"}",
                "{\"chain\":1}",
                "{\"chain\":\"solana\",\"message\":\"short\",\"signature\":\"x\"}",
                "{\"chain\":\"ethereum\",\"message\":\"" + "x".repeat(21_000) + "\",\"signature\":\"0x\"}",
                "{\"chain\":\"ethereum\",\"message\":\"" + "\\n".repeat(300) + "\",\"signature\":\"0x" + "1".repeat(130)
                        + "\"}",
                "{\"chain\":\"solana\",\"message\":\"" + "x".repeat(100) + "\",\"signature\":\"!\"}")) {
            assertThat(SERVER.post("/token?grant_type=web3", body).status())
                    .as(body)
                    .isEqualTo(400);
        }
        assertThat(send("bitcoin", "m", "s").text("code")).isEqualTo("web3_unsupported_chain");
        assertThat(SERVER.query("select count(*) from auth.users").getFirst()).isEqualTo(before);
    }

    @Test
    void bannedUsersAndClosedDoors() {
        for (Wallet wallet : both()) {
            Answer first = signIn(wallet);
            SERVER.execute("update auth.users set banned_until = now() + interval '1 year' where id = '"
                    + first.json().at("/user/id").asString("") + "'");
            assertThat(signIn(wallet).text("code")).isEqualTo("user_banned");
        }
        try (AuthServer off = AuthServer.start("auth.web3.solana.enabled=true", "auth.enable-signup=false")) {
            assertThat(off.post("/token?grant_type=web3", "{\"chain\":\"ethereum\"}")
                            .text("code"))
                    .isEqualTo("web3_provider_disabled");
        }
    }
}
