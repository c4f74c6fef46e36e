package io.flashsale.transport;

import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelPromise;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.socket.DuplexChannel;

/** A channel without a socket whose sending side can be closed, and whose client can stop taking what is sent. */
final class LoneChannel extends EmbeddedChannel implements DuplexChannel {
    private boolean stalled;
    private boolean outputShutdown;

    LoneChannel(final ChannelHandler... handlers) {
        super(false, handlers);
    }

    /** Whether the client takes nothing. */
    void stall(final boolean stalls) {
        stalled = stalls;
    }

    boolean isStalled() {
        return stalled;
    }

    @Override
    protected void doWrite(final ChannelOutboundBuffer in) throws Exception {
        if (!stalled) {
            super.doWrite(in);
        }
    }

    @Override
    public boolean isInputShutdown() {
        return false;
    }

    @Override
    public ChannelFuture shutdownInput() {
        return shutdownInput(newPromise());
    }

    @Override
    public ChannelFuture shutdownInput(final ChannelPromise promise) {
        throw new UnsupportedOperationException("the service never does");
    }

    @Override
    public boolean isOutputShutdown() {
        return outputShutdown;
    }

    @Override
    public ChannelFuture shutdownOutput() {
        return shutdownOutput(newPromise());
    }

    @Override
    public ChannelFuture shutdownOutput(final ChannelPromise promise) {
        outputShutdown = true;
        return promise.setSuccess();
    }

    @Override
    public boolean isShutdown() {
        return false;
    }

    @Override
    public ChannelFuture shutdown() {
        return shutdown(newPromise());
    }

    @Override
    public ChannelFuture shutdown(final ChannelPromise promise) {
        throw new UnsupportedOperationException("the service never does");
    }
}
