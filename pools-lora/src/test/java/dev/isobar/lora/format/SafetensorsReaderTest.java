package dev.isobar.lora.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SafetensorsReaderTest {

    private static final String TWO =
            """
            {"__metadata__":{"format":"pt"},\
            "b":{"dtype":"F32","shape":[2,3],"data_offsets":[0,24]},\
            "a":{"dtype":"BF16","shape":[4],"data_offsets":[24,32]}}\
            """;

    private final SafetensorsReader reader = new SafetensorsReader(FormatLimits.defaults());

    @Test
    void read_aFileAsHuggingFaceWritesIt() {
        String padded = TWO + " ".repeat((8 - TWO.length() % 8) % 8 + 8);

        TensorFile file = reader.read("f", HandMade.safetensors(padded, HandMade.data(32)));

        long data = 8L + padded.length();
        assertThat(file.tensors())
                .containsExactly(
                        new TensorInfo("b", TensorType.F32, List.of(2L, 3L), data, 24),
                        new TensorInfo("a", TensorType.BF16, List.of(4L), data + 24, 8));
        assertThat(file.metadata()).containsEntry("format", new MetadataValue.Text("pt"));
        assertThat(file.dataBytes()).isEqualTo(32);
    }

    @Test
    void read_anyOrderOfTensors_scalarsAndEmptyOnes() {
        String header =
                """
                {"last":{"dtype":"F16","shape":[],"data_offsets":[8,10]},\
                "none":{"dtype":"F16","shape":[0,5],"data_offsets":[8,8]},\
                "first":{"dtype":"F64","shape":[1],"data_offsets":[0,8]}}\
                """;

        TensorFile file = reader.read("f", HandMade.safetensors(header, HandMade.data(10)));

        assertThat(file.tensors().stream().map(TensorInfo::name))
                .containsExactly("first", "none", "last");
    }

    @ParameterizedTest
    @CsvSource({"F32,4", "F16,2", "BF16,2", "I8,1", "BOOL,1", "I64,8", "F8_E4M3,1"})
    void read_eachType_hasItsSize(String type, int bytes) {
        byte[] file = one("{'dtype':'%s','shape':[3],'data_offsets':[0,%d]}", type, bytes * 3);

        assertThat(reader.read("f", file).tensors().getFirst().bytes()).isEqualTo(bytes * 3L);
    }

    @Test
    void read_aLengthBeyondTheFile_isRefusedBeforeAnythingIsAllocated() {
        byte[] file = new HandMade().i64(Long.MAX_VALUE).raw("{}").bytes();

        assertThat(refused(file)).isEqualTo(FormatFault.TRUNCATED);
        assertThat(refused(new HandMade().i64(-1).raw("{}").bytes()))
                .isEqualTo(FormatFault.NOT_THE_FORMAT);
        assertThat(refused(new byte[9])).isEqualTo(FormatFault.TRUNCATED);
    }

    @Test
    void read_aHeaderBeyondTheLimit_isRefused() {
        var strict = new SafetensorsReader(new FormatLimits(16, 1, 8, 1, 1, 4));

        AdapterFormatException e =
                catchThrowableOfType(
                        AdapterFormatException.class,
                        () -> strict.read("big", HandMade.safetensors(TWO, HandMade.data(32))));

        assertThat(e.fault()).isEqualTo(FormatFault.TOO_MUCH);
        assertThat(e).hasMessage("big: a header of %d bytes, at most 16", TWO.length());
    }

    @Test
    void read_aWrongSize_namesFileTensorAndNumbers() {
        byte[] file = one("{'dtype':'F32','shape':[2,3],'data_offsets':[0,20]}", "", 20);

        AdapterFormatException e =
                catchThrowableOfType(
                        AdapterFormatException.class, () -> reader.read("bad.safetensors", file));

        assertThat(e.fault()).isEqualTo(FormatFault.SIZE_MISMATCH);
        assertThat(e.subject()).isEqualTo("t");
        assertThat(e).hasMessage("bad.safetensors: 't': F32 of shape [2, 3] has 24 bytes, not 20");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "{'dtype':'F31','shape':[1],'data_offsets':[0,4]}; BAD_TYPE",
                "{'dtype':'F32','shape':[1],'data_offsets':[0,8]}; OUTSIDE",
                "{'dtype':'F32','shape':[1],'data_offsets':[4,0]}; OUTSIDE",
                "{'dtype':'F32','shape':[1],'data_offsets':[-4,0]}; BAD_VALUE",
                "{'dtype':'F32','shape':[1.0],'data_offsets':[0,4]}; BAD_VALUE",
                "{'dtype':'F32','shape':[-1],'data_offsets':[0,4]}; BAD_VALUE",
                "{'dtype':'F32','shape':[99999999999999999999],'data_offsets':[0,4]}; BAD_VALUE",
                "{'dtype':'F32','shape':[4294967296,4294967296],'data_offsets':[0,4]}; BAD_SHAPE",
                "{'dtype':'F32','shape':[1,1,1,1,1,1,1,1,1],'data_offsets':[0,4]}; BAD_SHAPE",
                "{'dtype':'F32','shape':[1],'data_offsets':[0,4],'x':1}; MALFORMED",
                "{'dtype':'F32','shape':[1]}; MALFORMED",
                "7; MALFORMED",
                "{'dtype':'F32','dtype':'F32','shape':[1],'data_offsets':[0,4]}; DUPLICATE_NAME",
                "{'dtype':'F32','shape':[[[[[[[[[[1]]]]]]]]]],'data_offsets':[0,4]}; MALFORMED",
            })
    void read_aBadTensor_isRefused(String tensor, FormatFault fault) {
        String header = "{'t':" + tensor + "}";

        assertThat(refused(HandMade.safetensors(header.replace('\'', '"'), new byte[4])))
                .isEqualTo(fault);
    }

    @Test
    void read_overlapsHolesAndLeftovers_areRefused() {
        assertThat(refused(pair("[0,4]", "[3,7]", 7))).isEqualTo(FormatFault.OVERLAP);
        assertThat(refused(pair("[0,4]", "[5,9]", 9))).isEqualTo(FormatFault.HOLE);
        assertThat(refused(pair("[0,4]", "[4,8]", 9))).isEqualTo(FormatFault.HOLE);
        assertThat(refused(pair("[1,5]", "[5,9]", 9))).isEqualTo(FormatFault.HOLE);
        assertThat(refused(pair("[0,4]", "[0,4]", 4))).isEqualTo(FormatFault.OVERLAP);
    }

    @Test
    void read_badNames_areRefused() {
        String tensor = ":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1]}";

        assertThat(refused(json("{\"a\\u0000b\"" + tensor + "}"))).isEqualTo(FormatFault.BAD_NAME);
        assertThat(refused(json("{\"\"" + tensor + "}"))).isEqualTo(FormatFault.BAD_NAME);
        assertThat(refused(json("{\"" + "n".repeat(513) + "\"" + tensor + "}")))
                .isEqualTo(FormatFault.BAD_NAME);
        assertThat(refused(json("{\"a\"" + tensor + ",\"a\"" + tensor + "}")))
                .isEqualTo(FormatFault.DUPLICATE_NAME);
    }

    @Test
    void read_badJson_isRefused() {
        assertThat(refused(json("{\"a\""))).isEqualTo(FormatFault.MALFORMED);
        assertThat(refused(json("{}{}"))).isEqualTo(FormatFault.MALFORMED);
        assertThat(refused(json("[]"))).isEqualTo(FormatFault.NOT_THE_FORMAT);
        assertThat(refused(json(" {}"))).isEqualTo(FormatFault.NOT_THE_FORMAT);
        byte[] notUtf8 = new HandMade().i64(5).raw("{\"").u8(0xff).raw("\"}").u8(0).bytes();
        assertThat(refused(notUtf8)).isEqualTo(FormatFault.MALFORMED);
        assertThat(refused(json("{\"__metadata__\":{\"n\":1}}"))).isEqualTo(FormatFault.BAD_TYPE);
    }

    private FormatFault refused(byte[] file) {
        return catchThrowableOfType(AdapterFormatException.class, () -> reader.read("file", file))
                .fault();
    }

    private static byte[] json(String header) {
        return HandMade.safetensors(header, new byte[1]);
    }

    private static byte[] one(String tensor, String type, int bytes) {
        String header = "{'t':" + tensor.formatted(type, bytes) + "}";
        return HandMade.safetensors(header.replace('\'', '"'), HandMade.data(bytes));
    }

    private static byte[] pair(String first, String second, int dataBytes) {
        String tensor = "\"%s\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":%s}";
        return HandMade.safetensors(
                "{" + tensor.formatted("x", first) + "," + tensor.formatted("y", second) + "}",
                HandMade.data(dataBytes));
    }
}
