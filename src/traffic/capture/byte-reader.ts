/** Reads numbers out of a file's bytes, in either byte order, and never beyond their end. */

export class ByteReader {
  readonly length: number;
  private readonly view: DataView;
  private littleEndian: boolean;

  constructor(bytes: Uint8Array) {
    this.length = bytes.byteLength;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.littleEndian = true;
  }

  /** Byte order of what is read from now on, but for network fields. */
  setLittleEndian(littleEndian: boolean): void {
    this.littleEndian = littleEndian;
  }

  get isLittleEndian(): boolean {
    return this.littleEndian;
  }

  /** True when `count` >= 0 bytes from `offset` on are in the file. */
  has(offset: number, count: number): boolean {
    return offset >= 0 && offset + count <= this.length;
  }

  u8(offset: number): number {
    return this.view.getUint8(offset);
  }
  u16(offset: number): number {
    return this.view.getUint16(offset, this.littleEndian);
  }
  u32(offset: number): number {
    return this.view.getUint32(offset, this.littleEndian);
  }
  /** Network byte order. */
  net16(offset: number): number {
    return this.view.getUint16(offset, false);
  }
  net32(offset: number): number {
    return this.view.getUint32(offset, false);
  }
}
