using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using WebApp.Platform.Data;

namespace WebApp.Tests.Support;

/// <summary>An authenticator in software, written from WebAuthn 3 (6.1, 6.3.3): it signs whatever it is told to, which no real one would.</summary>
public sealed class SoftPasskey(Guid userId) : IDisposable
{
    private readonly ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    /// <summary>The credential's id.</summary>
    public byte[] Id { get; } = RandomNumberGenerator.GetBytes(32);

    /// <summary>Its id in addresses.</summary>
    public string PathId => Base64Url.EncodeToString(Id);

    /// <summary>Makes one that the application knows.</summary>
    public static async Task<SoftPasskey> AddAsync(TestApp app, TestUser user, string name = "Soft")
    {
        var passkey = new SoftPasskey(user.Id);
        await using var scope = app.Services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<AppDbContext>();
        db.UserPasskeys.Add(new()
        {
            UserId = user.Id,
            CredentialId = passkey.Id,
            Data = new()
            {
                Name = name,
                CreatedAt = app.Clock.GetUtcNow(),
                PublicKey = passkey.PublicKey(),
                IsUserVerified = true,
                Transports = ["internal"],
                AttestationObject = [],
                ClientDataJson = [],
            },
        });
        await db.SaveChangesAsync();
        return passkey;
    }

    /// <summary>Answers options of an assertion.</summary>
    public string Answer(string options, SoftAnswer how)
    {
        var clientData = ClientData(options, how, "webauthn.get");
        var authenticatorData = AuthenticatorData(how);
        var signature = key.SignData([.. authenticatorData, .. SHA256.HashData(clientData)], HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
        return Credential(new JsonObject
        {
            ["clientDataJSON"] = Base64Url.EncodeToString(clientData),
            ["authenticatorData"] = Base64Url.EncodeToString(authenticatorData),
            ["signature"] = Base64Url.EncodeToString(signature),
            ["userHandle"] = Base64Url.EncodeToString(Encoding.UTF8.GetBytes((how.UserHandle ?? userId).ToString())),
        });
    }

    /// <summary>Answers options of an enrolment, with no attestation.</summary>
    public string Enrol(string options, SoftAnswer how)
    {
        // Attested credential data (6.5.1): AAGUID, length, id, public key; flag 64 says that it follows.
        byte[] data = [.. AuthenticatorData(how with { Flags = (byte)(how.Flags | 64) }), .. new byte[16], 0, (byte)Id.Length, .. Id, .. PublicKey()];
        // CBOR: {"fmt": "none", "attStmt": {}, "authData": data}.
        byte[] attestation = [0xa3, 0x63, .. "fmt"u8, 0x64, .. "none"u8, 0x67, .. "attStmt"u8, 0xa0, 0x68, .. "authData"u8, 0x58, (byte)data.Length, .. data];
        return Credential(new JsonObject
        {
            ["clientDataJSON"] = Base64Url.EncodeToString(ClientData(options, how, "webauthn.create")),
            ["attestationObject"] = Base64Url.EncodeToString(attestation),
            ["transports"] = new JsonArray("usb"),
        });
    }

    /// <inheritdoc/>
    public void Dispose() => key.Dispose();

    private static byte[] ClientData(string options, SoftAnswer how, string type)
    {
        var challenge = how.Challenge ?? JsonDocument.Parse(options).RootElement.GetProperty("challenge").GetString()!;
        var clientData = new JsonObject { ["type"] = how.Type ?? type, ["challenge"] = challenge, ["origin"] = how.Origin, ["crossOrigin"] = how.CrossOrigin };
        if (how.TopOrigin is not null)
        {
            clientData["topOrigin"] = how.TopOrigin;
        }

        return Encoding.UTF8.GetBytes(clientData.ToJsonString());
    }

    private static byte[] AuthenticatorData(SoftAnswer how)
    {
        var data = new byte[37];
        SHA256.HashData(Encoding.UTF8.GetBytes(how.RpId), data);
        data[32] = how.Flags;
        BinaryPrimitives.WriteUInt32BigEndian(data.AsSpan(33), how.Count);
        return data;
    }

    private string Credential(JsonObject response) => new JsonObject
    {
        ["id"] = PathId,
        ["rawId"] = PathId,
        ["type"] = "public-key",
        ["clientExtensionResults"] = new JsonObject(),
        ["response"] = response,
    }.ToJsonString();

    // COSE_Key of an EC2 key on P-256 for ES256 (RFC 9053 7.1): {1: 2, 3: -7, -1: 1, -2: x, -3: y}.
    private byte[] PublicKey()
    {
        var point = key.ExportParameters(includePrivateParameters: false).Q;
        return [0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 0x20, .. point.X!, 0x22, 0x58, 0x20, .. point.Y!];
    }
}

/// <summary>How a <see cref="SoftPasskey"/> answers. What is not said is as it should be.</summary>
public sealed record SoftAnswer(string Origin)
{
    public string? Type { get; init; }

    public string? Challenge { get; init; }

    public bool CrossOrigin { get; init; }

    public string? TopOrigin { get; init; }

    public string RpId { get; init; } = "localhost";

    /// <summary>1: user present, 4: user verified.</summary>
    public byte Flags { get; init; } = 5;

    public uint Count { get; init; }

    public Guid? UserHandle { get; init; }
}
