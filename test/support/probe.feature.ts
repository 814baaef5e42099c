import {
  Body,
  ConflictException,
  Controller,
  Get,
  Header,
  HttpCode,
  Module,
  Param,
  Post,
  Redirect,
} from '@nestjs/common';
import { IsInt, IsString, MaxLength } from 'class-validator';
import { setTimeout as pause } from 'node:timers/promises';
import { Public } from '../../src/auth/public.decorator';
import { DatabaseUnavailable } from '../../src/database/database-unavailable';
import { Problem } from '../../src/http/problem';
import { AcceptForms } from '../../src/http/request-bodies';

class ProbeDto {
  @IsString()
  @MaxLength(100)
  name!: string;

  @IsInt()
  count!: number;
}

class ProbeFormDto {
  @IsString()
  name!: string;
}

/** What the faults of the probe say, to be found nowhere outside. */
export const PROBE_SECRET = 'probe-secret-7c1f';

/** Routes that do what real ones should not, to see what the platform makes of it. */
@Public()
@Controller('probe')
export class ProbeController {
  @Get()
  read(): { msg: string } {
    return { msg: 'probe' };
  }

  @Get('cached')
  @Header('Cache-Control', 'public, max-age=60')
  cached(): { msg: string } {
    return { msg: 'cached' };
  }

  @Get('elsewhere')
  @Redirect('/probe')
  elsewhere(): void {
    return;
  }

  @Get('slow/:milliseconds')
  async slow(@Param('milliseconds') milliseconds: string): Promise<{ msg: string }> {
    await pause(Number(milliseconds));
    return { msg: 'slow' };
  }

  @Get('fault/:kind')
  fault(@Param('kind') kind: string): never {
    if (kind === 'conflict') throw new ConflictException('There is one already.');
    if (kind === 'limited') throw new Problem('rate_limited', { headers: { 'Retry-After': '7' } });
    if (kind === 'away') throw new DatabaseUnavailable(new Error(PROBE_SECRET));
    throw Object.assign(new Error('probe'), { parameters: [PROBE_SECRET] });
  }

  @Get('text/:text')
  text(@Param('text') text: string): { text: string } {
    return { text };
  }

  @Post()
  @HttpCode(200)
  write(@Body() body: ProbeDto): ProbeDto {
    return body;
  }

  @Post('form')
  @HttpCode(200)
  @AcceptForms()
  form(@Body() body: ProbeFormDto): ProbeFormDto {
    return body;
  }

  @Post('empty')
  @HttpCode(204)
  empty(): void {
    return;
  }
}

/** A feature for tests of the platform. */
@Module({ controllers: [ProbeController] })
export class ProbeModule {}
