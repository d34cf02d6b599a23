using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace WebApp.Features.Audit.Chain;

/// <summary>Writes fields so that no two different rows give the same bytes: each with its length before it, an absent one as −1.</summary>
internal readonly struct FieldWriter(int capacity)
{
    private const int Absent = -1;

    private readonly ArrayBufferWriter<byte> bytes = new(capacity);

    public ReadOnlySpan<byte> Written => bytes.WrittenSpan;

    public FieldWriter Add(ReadOnlySpan<byte> field)
    {
        AddLength(field.Length);
        bytes.Write(field);
        return this;
    }

    public FieldWriter Add(byte[]? field) => field is null ? AddLength(Absent) : Add(field.AsSpan());

    public FieldWriter Add(string? field)
    {
        if (field is null)
        {
            return AddLength(Absent);
        }

        var length = Encoding.UTF8.GetByteCount(field);
        AddLength(length);
        Encoding.UTF8.GetBytes(field, bytes.GetSpan(length));
        bytes.Advance(length);
        return this;
    }

    public FieldWriter Add(long field)
    {
        Span<byte> span = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(span, field);
        return Add(span);
    }

    public FieldWriter Add(Guid? field)
    {
        if (field is not { } id)
        {
            return AddLength(Absent);
        }

        Span<byte> span = stackalloc byte[16];
        id.TryWriteBytes(span, bigEndian: true, out _);
        return Add(span);
    }

    private FieldWriter AddLength(int length)
    {
        BinaryPrimitives.WriteInt32BigEndian(bytes.GetSpan(sizeof(int)), length);
        bytes.Advance(sizeof(int));
        return this;
    }
}
