package dev.galley.auth.config;

import dev.galley.settings.SettingsException;
import dev.galley.settings.SettingsReader;
import java.time.Duration;

/**
 * Signing in with a wallet.
 *
 * @param validity how far from now a message may have been issued
 * @param maxMessage its length, in bytes
 */
public record Web3Settings(boolean solana, boolean ethereum, Duration validity, int maxMessage) {

    public static Web3Settings from(SettingsReader reader) {
        Web3Settings settings = new Web3Settings(
                reader.flag("auth.web3.solana.enabled", false, "Whether users can sign in with a Solana wallet."),
                reader.flag("auth.web3.ethereum.enabled", false, "Whether users can sign in with an Ethereum wallet."),
                reader.duration(
                        "auth.web3.max-validity",
                        Duration.ofMinutes(10),
                        "How far from now the time may lie at which a wallet's message was issued."),
                (int) Math.min(
                        Integer.MAX_VALUE,
                        reader.bytes("auth.web3.max-message", 20 * 1024, "Longest message of a wallet, in bytes.")));
        if (!settings.validity.isPositive()) {
            throw new SettingsException("auth.web3.max-validity must be more than 0s");
        }
        return settings;
    }
}
