namespace WebApp.Features.Audit;

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
