package dev.galley.auth.hook;

import dev.galley.auth.account.Again;
import dev.galley.auth.error.AuthError;
import dev.galley.auth.error.ErrorCode;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a transaction has to ask over HTTP, asked while no transaction is open: however slow a hook is, it holds no connection to the
 * database and no row. The transaction is rolled back where it comes to a question that has no answer yet, and done once more with the
 * answer; whatever it does is committed with the answer to just that question.
 */
final class Questions {
    private static final ScopedValue<Questions> CURRENT = ScopedValue.newInstance();

    /** A transaction asks one or two things, unless what it asks about is being changed by others all the time. */
    private static final int MOST = 6;

    private final Again again = new Again();
    private final Map<String, byte[]> answers = new HashMap<>();

    private record Question(String key, HookTarget.Http address, ObjectNode event) {}

    private static final class NotAskedYet extends RuntimeException {
        private final transient Question question;

        NotAskedYet(Question question) {
            super("a hook is to be asked first", null, false, false);
            this.question = question;
        }
    }

    private Questions() {}

    /**
     * @param transaction all of it
     * @param ask what the hook at an address answers to an event
     */
    static <T> T around(
            Again.Work<T, SQLException> transaction, Function<HookTarget.Http, Function<ObjectNode, byte[]>> ask)
            throws SQLException {
        Questions questions = new Questions();
        for (int i = 0; i < MOST; i++) {
            try {
                return questions.again.run(
                        () -> ScopedValue.where(CURRENT, questions).call(transaction::run));
            } catch (NotAskedYet rolledBack) {
                Question question = rolledBack.question;
                questions.answers.put(
                        question.key(), ask.apply(question.address()).apply(question.event()));
            }
        }
        throw AuthError.of(409, ErrorCode.CONFLICT, "What a hook was asked about is being changed, try again")
                .thrown();
    }

    /**
     * The answer, in a transaction.
     *
     * @param key tells the question from others
     */
    static byte[] answer(String key, HookTarget.Http address, ObjectNode event) {
        byte[] answer = CURRENT.get().answers.get(key);
        if (answer == null) {
            throw new NotAskedYet(new Question(key, address, event));
        }
        return answer;
    }
}
