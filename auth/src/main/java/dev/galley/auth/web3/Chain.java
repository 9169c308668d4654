package dev.galley.auth.web3;

import dev.galley.auth.error.AuthError;
import dev.galley.auth.error.AuthException;
import java.util.regex.Pattern;

/** A kind of wallet: how its addresses look, and whether one has signed a message. */
sealed interface Chain permits Ethereum, Solana {

    /** As requests and identities name it. */
    String name();

    /** As the first line of a message names it. */
    String title();

    Pattern address();

    /** What {@code Chain ID} may be. */
    Pattern network();

    boolean networkRequired();

    /** The address in the one form in which it is kept. */
    String canonical(String address);

    /**
     * The signature that a client has sent, as bytes.
     *
     * @throws AuthException when it has not the form of one
     */
    byte[] signature(String text);

    /** Whether the holder of the address has signed this. */
    boolean signed(String message, String address, byte[] signature);

    static AuthException badSignature(String form) {
        return AuthError.invalid("signature must be " + form).thrown();
    }
}
