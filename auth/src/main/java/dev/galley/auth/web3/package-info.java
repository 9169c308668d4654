/**
 * Signing in with a wallet: a message that it has signed (EIP-4361 for Ethereum, the same form for Solana). Starts at
 * {@link dev.galley.auth.web3.Web3Grant}.
 */
@NullMarked
package dev.galley.auth.web3;

import org.jspecify.annotations.NullMarked;
