package dev.isobar.lora.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GgufReaderTest {

    private static final int F32 = 0;
    private static final int U32 = 4;
    private static final int STRING = 8;
    private static final int ARRAY = 9;

    private final GgufReader reader = new GgufReader(FormatLimits.defaults());

    @ParameterizedTest
    @ValueSource(ints = {2, 3})
    void read_fieldsOfEveryType_andTensorsRowsFirst(int version) {
        HandMade made =
                HandMade.gguf(version, 2, 9)
                        .field("general.name", "käse")
                        .text("u8")
                        .i32(0)
                        .u8(200)
                        .text("i8")
                        .i32(1)
                        .u8(200)
                        .text("f32")
                        .i32(6)
                        .f32(1.5f)
                        .text("flag")
                        .i32(7)
                        .u8(1)
                        .text("f64")
                        .i32(12)
                        .f64(2.5)
                        .text("words")
                        .i32(ARRAY)
                        .i32(STRING)
                        .i64(2)
                        .text("a")
                        .text("b")
                        .text("nested")
                        .i32(ARRAY)
                        .i32(ARRAY)
                        .i64(1)
                        .i32(5)
                        .i64(2)
                        .i32(-1)
                        .i32(7)
                        .text("big")
                        .i32(10)
                        .i64(1L << 40)
                        .tensor("t1", F32, 0, 3, 2)
                        .tensor("t2", 1, 32, 4)
                        .pad(32);
        long data = made.bytes().length;
        byte[] file = made.raw(HandMade.data(24)).pad(32).raw(HandMade.data(8)).bytes();

        TensorFile read = reader.read("f", file);

        assertThat(read.tensors())
                .containsExactly(
                        new TensorInfo("t1", TensorType.F32, List.of(2L, 3L), data, 24),
                        new TensorInfo("t2", TensorType.F16, List.of(4L), data + 32, 8));
        assertThat(read.dataBytes()).isEqualTo(40);
        assertThat(read.metadata().toString())
                .isEqualTo(
                        "{general.name=käse, u8=200, i8=-56, f32=1.5, flag=true, f64=2.5,"
                                + " words=[a, b], nested=[[-1, 7]], big=1099511627776}");
    }

    @Test
    void read_itsOwnAlignment_isUsed() {
        HandMade made =
                HandMade.gguf(3, 1, 1)
                        .text("general.alignment")
                        .i32(U32)
                        .i32(64)
                        .tensor("t", F32, 0, 1)
                        .pad(64);
        long data = made.bytes().length;

        assertThat(reader.read("f", made.f32(1).bytes()).tensors().getFirst().offset())
                .isEqualTo(data);
    }

    @Test
    void read_blocksOfQuantisedTensors_areCounted() {
        byte[] file =
                HandMade.gguf(3, 1, 0)
                        .tensor("q", 8, 0, 64, 2)
                        .pad(32)
                        .raw(HandMade.data(4 * 34))
                        .bytes();

        assertThat(reader.read("f", file).tensors().getFirst().bytes()).isEqualTo(136);
        byte[] odd = HandMade.gguf(3, 1, 0).tensor("q", 8, 0, 33).pad(32).bytes();
        assertThat(refused(odd)).isEqualTo(FormatFault.BAD_SHAPE);
    }

    @Test
    void read_otherFiles_areRefusedByName() {
        assertThat(refused(new HandMade().raw("GGML").i32(3).i64(0).i64(0).bytes()))
                .isEqualTo(FormatFault.NOT_THE_FORMAT);
        assertThat(refused(HandMade.gguf(1, 0, 0).bytes())).isEqualTo(FormatFault.UNSUPPORTED);
        assertThat(refused(HandMade.gguf(3 << 24, 0, 0).bytes()))
                .isEqualTo(FormatFault.UNSUPPORTED);
        assertThat(refused(new byte[0])).isEqualTo(FormatFault.TRUNCATED);
    }

    @Test
    void read_countsTheFileCannotHold_areRefusedBeforeAnythingIsAllocated() {
        assertThat(refused(HandMade.gguf(3, Long.MAX_VALUE, 0).bytes()))
                .isEqualTo(FormatFault.TOO_MUCH);
        assertThat(refused(HandMade.gguf(3, 60_000, 0).bytes())).isEqualTo(FormatFault.TRUNCATED);
        assertThat(refused(HandMade.gguf(3, 0, -1).bytes())).isEqualTo(FormatFault.TOO_MUCH);
        assertThat(refused(HandMade.gguf(3, 0, 1).i64(1L << 62).raw(new byte[20]).bytes()))
                .isEqualTo(FormatFault.TRUNCATED);
        assertThat(refused(array(60_000, 4))).isEqualTo(FormatFault.TRUNCATED);
    }

    @Test
    void read_arraysNestedTooDeep_areRefused() {
        HandMade made = HandMade.gguf(3, 0, 1).text("deep").i32(ARRAY);
        for (int i = 0; i < 50; i++) {
            made.i32(ARRAY).i64(1);
        }

        assertThat(refused(made.bytes())).isEqualTo(FormatFault.TOO_MUCH);
    }

    @Test
    void read_badFields_areRefused() {
        assertThat(refused(HandMade.gguf(3, 0, 2).field("a", "x").field("a", "y").bytes()))
                .isEqualTo(FormatFault.DUPLICATE_NAME);
        assertThat(refused(HandMade.gguf(3, 0, 1).field("a\0b", "x").bytes()))
                .isEqualTo(FormatFault.BAD_NAME);
        assertThat(refused(HandMade.gguf(3, 0, 1).text("a").i32(13).i64(0).bytes()))
                .isEqualTo(FormatFault.BAD_TYPE);
        assertThat(refused(HandMade.gguf(3, 0, 1).text("ab").i32(7).u8(2).bytes()))
                .isEqualTo(FormatFault.BAD_VALUE);
        assertThat(
                        refused(
                                HandMade.gguf(3, 0, 1)
                                        .text("general.alignment")
                                        .i32(U32)
                                        .i32(33)
                                        .bytes()))
                .isEqualTo(FormatFault.BAD_VALUE);
    }

    @Test
    void read_badTensors_areRefused() {
        assertThat(refused(tensor(F32, 0, 8))).isEqualTo(FormatFault.OUTSIDE);
        assertThat(refused(tensor(F32, -32, 1))).isEqualTo(FormatFault.OUTSIDE);
        assertThat(refused(tensor(F32, 4, 1))).isEqualTo(FormatFault.BAD_VALUE);
        assertThat(refused(tensor(99, 0, 1))).isEqualTo(FormatFault.BAD_TYPE);
        assertThat(refused(tensor(F32, 0, -1))).isEqualTo(FormatFault.BAD_SHAPE);
        assertThat(refused(tensor(F32, 0, 1L << 40, 1L << 40))).isEqualTo(FormatFault.BAD_SHAPE);
        assertThat(refused(tensor(F32, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1)))
                .isEqualTo(FormatFault.BAD_SHAPE);
        byte[] twice =
                HandMade.gguf(3, 2, 0)
                        .tensor("a", F32, 0, 1)
                        .tensor("b", F32, 0, 1)
                        .pad(32)
                        .f32(1)
                        .bytes();
        assertThat(refused(twice)).isEqualTo(FormatFault.OVERLAP);
        byte[] hole =
                HandMade.gguf(3, 1, 0).tensor("a", F32, 64, 1).pad(32).raw(new byte[68]).bytes();
        assertThat(refused(hole)).isEqualTo(FormatFault.HOLE);
    }

    private static byte[] tensor(int type, long offset, long... dimensions) {
        return HandMade.gguf(3, 1, 0)
                .tensor("t", type, offset, dimensions)
                .pad(32)
                .raw(new byte[16])
                .bytes();
    }

    private static byte[] array(long count, int type) {
        return HandMade.gguf(3, 0, 1).text("array").i32(ARRAY).i32(type).i64(count).bytes();
    }

    private FormatFault refused(byte[] file) {
        return catchThrowableOfType(AdapterFormatException.class, () -> reader.read("file", file))
                .fault();
    }
}
