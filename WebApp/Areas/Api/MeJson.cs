using System.Text.Json.Serialization;
using WebApp.Areas.Api.Contracts;

namespace WebApp.Areas.Api;

/// <summary>Writes <see cref="MeResponse"/> as the API's serializer would, without looking its members up.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, Converters = [typeof(UtcTimeConverter)])]
[JsonSerializable(typeof(MeResponse))]
internal sealed partial class MeJson : JsonSerializerContext;
