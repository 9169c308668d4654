package dev.galley.auth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.galley.auth.AuthServer.Answer;
import dev.galley.auth.HookReceiver.Told;
import dev.galley.auth.hook.Hook;
import dev.galley.identity.StrictJson;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** A hook that is slow, or never answers, takes the connections of nobody else. */
class SlowHookTest {
    private static final String OPEN = "auth.email.enable-confirmations=false";
    private static final int CROWD = 12;

    private static List<Future<Answer>> crowd(AuthServer server, java.util.concurrent.ExecutorService executor) {
        List<Future<Answer>> all = new ArrayList<>();
        for (int i = 0; i < CROWD; i++) {
            all.add(executor.submit(() -> server.signIn("a@example.com", "secret-1")));
        }
        return all;
    }

    @Test
    void othersAreAnsweredWhileManyWaitForTheHookAndNobodyIsSignedInTwice() throws Exception {
        AtomicBoolean slow = new AtomicBoolean();
        Semaphore asked = new Semaphore(0);
        CountDownLatch answer = new CountDownLatch(1);
        try (HookReceiver receiver = new HookReceiver((_, event) -> {
                    if (slow.get()) {
                        asked.release();
                        answer.await();
                    }
                    return Told.json(StrictJson.write(StrictJson.newObject().set("claims", event.path("claims"))));
                });
                AuthServer server = receiver.server(
                        Hook.CUSTOM_ACCESS_TOKEN, OPEN, "auth.hook.timeout=20s", "auth.request-timeout=30s");
                var executor = Executors.newVirtualThreadPerTaskExecutor()) {
            Answer user = server.signUp("a@example.com", "secret-1");
            slow.set(true);
            List<Future<Answer>> crowd = crowd(server, executor);
            assertThat(asked.tryAcquire(CROWD, 20, TimeUnit.SECONDS)).isTrue();
            for (int i = 0; i < CROWD; i++) {
                assertThat(server.get("/user", AuthServer.as(user)).status()).isEqualTo(200);
            }
            answer.countDown();
            for (Future<Answer> one : crowd) {
                assertThat(one.get().status()).isEqualTo(200);
            }
            assertThat(receiver.calls).hasValue(1 + CROWD);
            assertThat(server.query("select count(*) from auth.sessions")).containsExactly(String.valueOf(1 + CROWD));
            assertThat(server.query("select count(*) from auth.audit_log_entries where payload ->> 'action' = 'login'"
                            + " and payload -> 'traits' ->> 'provider' = 'email'"))
                    .containsExactly(String.valueOf(1 + CROWD));
        }
    }

    @Test
    void whoGetsNoAnswerIsToldSoAndLeavesNothing() throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        AtomicBoolean slow = new AtomicBoolean();
        try (HookReceiver receiver = new HookReceiver((_, event) -> {
                    if (slow.get()) {
                        never.await();
                    }
                    return Told.json(StrictJson.write(StrictJson.newObject().set("claims", event.path("claims"))));
                });
                AuthServer server = receiver.server(Hook.CUSTOM_ACCESS_TOKEN, OPEN, "auth.hook.timeout=300ms");
                var executor = Executors.newVirtualThreadPerTaskExecutor()) {
            server.signUp("a@example.com", "secret-1");
            slow.set(true);
            for (Future<Answer> one : crowd(server, executor)) {
                assertThat(one.get().text("code")).isEqualTo("hook_timeout");
            }
            never.countDown();
            assertThat(server.query("select count(*) from auth.sessions")).containsExactly("1");
            slow.set(false);
            assertThat(server.signIn("a@example.com", "secret-1").status()).isEqualTo(200);
        }
    }
}
