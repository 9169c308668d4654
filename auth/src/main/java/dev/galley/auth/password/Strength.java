package dev.galley.auth.password;

import me.gosimple.nbvcxz.Nbvcxz;

/** How hard a password is to guess, by words, names, dates, keyboard patterns and repetitions in it. */
final class Strength {
    /** Judging takes longer the longer it is; what comes after so much does not make it weaker. */
    private static final int JUDGED = 100;

    /** Loads its dictionaries when it is first asked. */
    private static final class Estimator {
        static final Nbvcxz INSTANCE = new Nbvcxz();
    }

    private Strength() {}

    /** 0 (guessed at once) to 4 (very hard). */
    static int of(String password) {
        String judged = password.length() > JUDGED ? password.substring(0, JUDGED) : password;
        return Estimator.INSTANCE.estimate(judged).getBasicScore();
    }
}
