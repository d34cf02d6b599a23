using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace WebApp.Passwords;

/// <summary>The system's libxcrypt: <c>crypt_rn(3)</c>, the re-entrant crypt with a caller's buffer.</summary>
internal static partial class Crypt
{
    /// <summary>What an installation without the library is told.</summary>
    public const string Requirement =
        "Password hashing needs libxcrypt (libcrypt.so.1 with bcrypt): install the package libcrypt1 (Debian, Ubuntu) or libxcrypt-compat (Fedora, Arch).";

    /// <summary>sizeof(struct crypt_data), fixed for ever by the library's ABI.</summary>
    private const int DataSize = 32768;

    /// <summary>Never more than were in use at once, which is the number of hashing threads.</summary>
    private static readonly ConcurrentBag<byte[]> Pool = [];

    /// <summary>True when the library is there and knows bcrypt.</summary>
    public static bool IsAvailable()
    {
        Span<byte> hash = stackalloc byte[Bcrypt.HashLength];
        try
        {
            return TryHash("\0"u8, "$2b$04$CCCCCCCCCCCCCCCCCCCCC.\0"u8, hash);
        }
        catch (PlatformNotSupportedException)
        {
            return false;
        }
    }

    /// <summary>Hashes <paramref name="phrase"/> as <paramref name="setting"/> says; both end in their only NUL.</summary>
    /// <param name="phrase">At most 511 bytes and the NUL.</param>
    /// <param name="setting">Prefix, work factor and salt in the form crypt(5) describes.</param>
    /// <param name="hash">Receives the whole hash; its length must be that of the result.</param>
    /// <returns>False when the library refuses the setting.</returns>
    /// <exception cref="PlatformNotSupportedException">The library is missing or too old.</exception>
    public static bool TryHash(ReadOnlySpan<byte> phrase, ReadOnlySpan<byte> setting, Span<byte> hash)
    {
        if (phrase.IndexOf((byte)0) != phrase.Length - 1 || setting.IndexOf((byte)0) != setting.Length - 1)
        {
            throw new ArgumentException("A phrase and a setting must end in their only NUL, or C would read another text than was meant.");
        }

        // Pinned for good: a hash holds its buffer for a fifth of a second, too long to pin in the moving heap.
        var data = Pool.TryTake(out var pooled) ? pooled : GC.AllocateArray<byte>(DataSize, pinned: true);
        try
        {
            var result = CryptRn(phrase, setting, data, DataSize);
            return result != 0 && TryCopy(result, hash);
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException)
        {
            throw new PlatformNotSupportedException(Requirement, e);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(data);
            Pool.Add(data);
        }
    }

    private static unsafe bool TryCopy(nint text, Span<byte> destination)
    {
        var hash = MemoryMarshal.CreateReadOnlySpanFromNullTerminated((byte*)text);
        return hash.Length == destination.Length && hash.TryCopyTo(destination);
    }

    [LibraryImport("libcrypt.so.1", EntryPoint = "crypt_rn")]
    private static partial nint CryptRn(ReadOnlySpan<byte> phrase, ReadOnlySpan<byte> setting, Span<byte> data, int size);
}
