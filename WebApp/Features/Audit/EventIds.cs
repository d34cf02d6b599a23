namespace WebApp.Features.Audit;

/// <summary>Events have UUIDv7 ids (RFC 9562 5.7), whose first 48 bits are the time in milliseconds: an index on ids is also an index on time.</summary>
public static class EventIds
{
    /// <summary>The lowest id for events of this time or later.</summary>
    public static Guid FirstAt(DateTimeOffset time)
    {
        Span<byte> bytes = stackalloc byte[16];
        System.Buffers.Binary.BinaryPrimitives.WriteInt64BigEndian(bytes, Math.Max(time.ToUnixTimeMilliseconds(), 0) << 16);
        return new(bytes, bigEndian: true);
    }
}

/// <summary>Ids of events: UUIDv7 with the fraction of the millisecond in the next 12 bits (RFC 9562 6.2, method 3), so that ids from one process are in order.</summary>
internal static class EventId
{
    private const int Steps = 1 << 12;
    private const byte Version7 = 0x70;

    /// <summary>A new id for a time.</summary>
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
