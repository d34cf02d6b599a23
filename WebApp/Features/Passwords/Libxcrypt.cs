using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace WebApp.Features.Passwords;

/// <summary>bcrypt with the system's libxcrypt: <c>crypt_rn(3)</c>, the re-entrant crypt with a caller's buffer. Available on Linux with glibc.</summary>
public sealed partial class Libxcrypt : IBcrypt
{
    /// <summary>sizeof(struct crypt_data), fixed by the library's ABI.</summary>
    private const int DataSize = 32768;

    /// <summary>Has at most as many buffers as were in use at once, which is the number of hashing threads.</summary>
    private static readonly ConcurrentBag<byte[]> Pool = [];

    private Libxcrypt()
    {
    }

    /// <inheritdoc/>
    public string Description => "libxcrypt";

    /// <summary>An instance if the library exists and supports bcrypt; otherwise null.</summary>
    public static Libxcrypt? Find()
    {
        Span<byte> hash = stackalloc byte[Bcrypt.HashLength];
        try
        {
            return TryHash("\0"u8, "$2b$04$CCCCCCCCCCCCCCCCCCCCC.\0"u8, hash) ? new() : null;
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException or BadImageFormatException)
        {
            return null;
        }
    }

    /// <inheritdoc/>
    public void Digest(string kind, int workFactor, string salt, ReadOnlySpan<byte> key, Span<byte> digest)
    {
        Bcrypt.ThrowIfUnusable(kind, key);

        // The library refuses phrases of 512 bytes and more, and never reads more than this.
        Span<byte> read = stackalloc byte[Bcrypt.MaxKeyLength + 1];
        var length = Math.Min(key.Length - 1, Bcrypt.MaxKeyLength);
        key[..length].CopyTo(read);
        read[length] = 0;
        Span<byte> hash = stackalloc byte[Bcrypt.HashLength];
        if (!TryHash(read[..(length + 1)], Encoding.ASCII.GetBytes($"{Bcrypt.Setting(kind, workFactor, salt)}\0"), hash))
        {
            throw new PlatformNotSupportedException("libxcrypt refuses bcrypt.");
        }

        CryptographicOperations.ZeroMemory(read);
        hash[^Bcrypt.DigestLength..].CopyTo(digest);
    }

    // Both end with their only NUL. Returns false if the library refuses the setting.
    private static bool TryHash(ReadOnlySpan<byte> phrase, ReadOnlySpan<byte> setting, Span<byte> hash)
    {
        // Allocated as pinned: a hash uses its buffer for a fifth of a second, too long to pin an object of the moving heap.
        var data = Pool.TryTake(out var pooled) ? pooled : GC.AllocateArray<byte>(DataSize, pinned: true);
        try
        {
            var result = CryptRn(phrase, setting, data, DataSize);
            return result != 0 && TryCopy(result, hash);
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
