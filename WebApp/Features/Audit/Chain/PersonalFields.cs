using System.Net;
using System.Security.Cryptography;

namespace WebApp.Features.Audit.Chain;

/// <summary>What an event holds of a person, and an erasure takes away.</summary>
internal readonly record struct PersonalFields(Guid? UserId, Guid? SessionId, IPAddress? Ip, string? UserAgent, string? Detail, Guid? ActorId)
{
    private const int Room = 256;

    /// <summary>Whether nothing of it is left.</summary>
    public bool AreErased => this == default;

    /// <summary>SHA-256 over the salt and the fields.</summary>
    public byte[] Digest(byte[] salt)
    {
        var fields = new FieldWriter(Room).Add(salt).Add(UserId).Add(SessionId).Add(Ip?.GetAddressBytes()).Add(UserAgent).Add(Detail);

        // Added only where there is one: events from before there was the column keep their digest, and a row with one more field has none of theirs.
        return SHA256.HashData((ActorId is null ? fields : fields.Add(ActorId)).Written);
    }
}
