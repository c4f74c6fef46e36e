package io.flashsale.transport;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.HttpConstants;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpRequestDecoder;
import java.util.List;

/**
 * Netty's request decoder, made stricter, and stopped where a connection can take no more.
 *
 * <p>What it adds: one space, and nothing else, separates the parts of a request line; a control character in the target
 * and a folded header line are refused; the encoded body is bounded, chunk extensions included; decoding stops between
 * two requests while the connection's queue is full, and what was read stays where it is; a client that closed its side
 * still gets its answers. And what takes none of its care is not decoded here at all: see {@link PlainHead}.
 */
final class RequestDecoder extends HttpRequestDecoder {
    /** Bounds chunk sizes and extensions around a body that is itself within bounds. */
    private static final int MAX_ENCODED_BODY = 8 * TransportLimits.MAX_BODY;

    private static final byte DELETE = 0x7F;

    private final Connection connection;
    private ChannelHandlerContext held;

    /** A request has begun and not ended. */
    private boolean arriving;
    /** The request's head is not complete. */
    private boolean inHead;

    private boolean lineSeen;
    private boolean lineEnded;
    private boolean folded;
    private int encodedBody;
    private int wordEnd;

    RequestDecoder(final Connection connection) {
        super(new HttpDecoderConfig()
                .setMaxInitialLineLength(TransportLimits.MAX_REQUEST_LINE)
                .setMaxHeaderSize(TransportLimits.MAX_HEADERS)
                .setMaxChunkSize(TransportLimits.MAX_BODY)
                // Grows with the first request that is decoded here, which most connections never send.
                .setInitialBufferSize(1)
                .setAllowDuplicateContentLengths(false)
                .setUseRfc9112TransferEncoding(true)
                .setStrictLineParsing(true));
        this.connection = connection;
    }

    /** Whether a request has begun and not ended. */
    boolean isArriving() {
        return arriving;
    }

    /** Whether bytes wait here because the connection's queue was full. */
    boolean isHolding() {
        return held != null;
    }

    /** The request has ended. */
    void requestEnded() {
        arriving = false;
    }

    /** Decodes what was held. */
    void resume() throws Exception {
        final ChannelHandlerContext context = held;
        held = null;
        channelRead(context, Unpooled.EMPTY_BUFFER);
    }

    @Override
    protected void decode(final ChannelHandlerContext context, final ByteBuf in, final List<Object> out)
            throws Exception {
        if (connection.ignoresInput() || !context.channel().isActive()) {
            in.skipBytes(in.readableBytes());
            return;
        }
        if (!arriving) {
            if (!begin()) {
                held = context;
                return;
            }
            if (connection.takePlain(in)) {
                return;
            }
        }
        final int start = in.readerIndex();
        final int available = in.readableBytes();
        super.decode(context, in, out);
        if (inHead) {
            examineHead(in, start, out);
        } else {
            encodedBody += available - in.readableBytes();
            if (encodedBody > MAX_ENCODED_BODY) {
                connection.bodyTooLong();
            }
        }
    }

    private boolean begin() {
        if (connection.isFull()) {
            return false;
        }
        arriving = true;
        inHead = true;
        lineSeen = false;
        lineEnded = false;
        folded = false;
        encodedBody = 0;
        connection.requestBegan();
        return true;
    }

    private void examineHead(final ByteBuf in, final int start, final List<Object> out) {
        final int end = in.readerIndex();
        folded |= hasFold(in, start, end);
        lineEnded = end > start ? in.getByte(end - 1) == HttpConstants.LF : lineEnded;
        if (!out.isEmpty()) {
            inHead = false;
            if (folded && out.get(0) instanceof final HttpMessage message) {
                message.setDecoderResult(DecoderResult.failure(new IllegalArgumentException("folded header line")));
            }
        } else if (!lineSeen && !in.isReadable()) {
            // Empty lines before a request are not a request.
            arriving = false;
        }
    }

    private boolean hasFold(final ByteBuf in, final int start, final int end) {
        if (lineEnded && start < end && isBlank(in.getByte(start))) {
            return true;
        }
        int lf = in.indexOf(start, end, HttpConstants.LF);
        while (lf >= 0 && lf + 1 < end) {
            if (isBlank(in.getByte(lf + 1))) {
                return true;
            }
            lf = in.indexOf(lf + 1, end, HttpConstants.LF);
        }
        return false;
    }

    private static boolean isBlank(final byte b) {
        return b == HttpConstants.SP || b == HttpConstants.HT;
    }

    @Override
    protected String splitFirstWordInitialLine(final byte[] line, final int start, final int length) {
        lineSeen = true;
        if (start != 0) {
            throw new IllegalArgumentException("the request line starts with white space");
        }
        wordEnd = length;
        return super.splitFirstWordInitialLine(line, start, length);
    }

    @Override
    protected String splitSecondWordInitialLine(final byte[] line, final int start, final int length) {
        nextWord(line, start, length);
        for (int i = start; i < start + length; i++) {
            if ((line[i] >= 0 && line[i] < ' ') || line[i] == DELETE) {
                throw new IllegalArgumentException("a control character in the request target");
            }
        }
        return super.splitSecondWordInitialLine(line, start, length);
    }

    @Override
    protected String splitThirdWordInitialLine(final byte[] line, final int start, final int length) {
        nextWord(line, start, length);
        final String version = super.splitThirdWordInitialLine(line, start, length);
        // Netty would take lower case for upper case.
        if (!version.startsWith("HTTP/")) {
            throw new IllegalArgumentException("not HTTP: " + version);
        }
        return version;
    }

    private void nextWord(final byte[] line, final int start, final int length) {
        if (start != wordEnd + 1 || line[wordEnd] != HttpConstants.SP) {
            throw new IllegalArgumentException("one space separates the parts of a request line");
        }
        wordEnd = start + length;
    }

    @Override
    protected void decodeLast(final ChannelHandlerContext context, final ByteBuf in, final List<Object> out) {
        // What is unfinished when the connection ends is not a request.
    }

    @Override
    public void userEventTriggered(final ChannelHandlerContext context, final Object event) throws Exception {
        if (event instanceof ChannelInputShutdownEvent) {
            // Netty would throw away what is held here.
            connection.inputClosed();
        } else {
            super.userEventTriggered(context, event);
        }
    }

    @Override
    public void channelReadComplete(final ChannelHandlerContext context) {
        // Netty would read on when nothing was decoded, although the connection is not to be read.
        discardSomeReadBytes();
        context.fireChannelReadComplete();
    }
}
