namespace WebApp.Features.Audit;

/// <summary>Events are numbered by UUIDv7 (RFC 9562 5.7), whose first 48 bits are the time in milliseconds: an index on ids is one on time.</summary>
public static class EventIds
{
    /// <summary>An id that no event of this time or later comes before.</summary>
    public static Guid FirstAt(DateTimeOffset time)
    {
        Span<byte> bytes = stackalloc byte[16];
        System.Buffers.Binary.BinaryPrimitives.WriteInt64BigEndian(bytes, Math.Max(time.ToUnixTimeMilliseconds(), 0) << 16);
        return new(bytes, bigEndian: true);
    }
}

/// <summary>
/// Ids of events: UUIDv7 with the fraction of the millisecond in the 12 bits after it (RFC 9562 6.2, method 3), so that what one process writes
/// down stands in its order.
/// </summary>
internal static class EventId
{
    private const int Steps = 1 << 12;
    private const byte Version7 = 0x70;

    /// <summary>A new one, of an instant.</summary>
    public static Guid New(DateTimeOffset at)
    {
        Span<byte> bytes = stackalloc byte[16];
        Guid.CreateVersion7(at).TryWriteBytes(bytes, bigEndian: true, out _);
        var fraction = at.UtcTicks % TimeSpan.TicksPerMillisecond * Steps / TimeSpan.TicksPerMillisecond;
        bytes[6] = (byte)(Version7 | (fraction >> 8));
        bytes[7] = (byte)fraction;
        return new(bytes, bigEndian: true);
    }
}
